package press

import (
	"context"
	"time"

	"lede/internal/job"
	"lede/paper"
	"lede/weather"
)

// tendWeather has the weather asked for when it is time, and sees every five minutes that it is not forgotten.
func (p *Press) tendWeather() {
	job.On(p.Jobs, weather.Due, "weather", func(ctx context.Context, _ int64) error {
		_, err := p.AskWeather(ctx, false)
		return err
	})
	tend := func(ctx context.Context, changed bool) error {
		now, err := p.Papers.Get(ctx)
		if err != nil {
			return err
		}
		return p.Weather.Tend(ctx, now, p.Clock(), changed)
	}
	job.On(p.Jobs, paper.Changed, "weather", func(ctx context.Context, _ int64) error { return tend(ctx, true) })
	job.Every(p.Jobs, "weather.tend", 5*time.Minute, func(ctx context.Context, _ time.Time) error { return tend(ctx, false) })
}

// AskWeather asks for the weather at the paper's place, if it is time. What the provider does wrong is logged and kept, and is no error.
func (p *Press) AskWeather(ctx context.Context, byHand bool) (weather.Asked, error) {
	now, err := p.Papers.Get(ctx)
	if err != nil {
		return weather.Asked{}, err
	}
	a, err := p.Weather.Ask(ctx, now, p.Clock(), byHand)
	switch {
	case a.Fault != "":
		p.Log.Warn("the weather could not be had", "status", a.Status, "fault", a.Fault)
	case a.Status == 203:
		p.Log.Warn("the provider of the weather says that this version of its service will end")
	}
	return a, err
}
