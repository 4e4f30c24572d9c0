package article

import (
	"strings"
	"testing"
	"time"

	"lede/internal/doc"
)

func TestTKIsFoundAsAWord(t *testing.T) {
	for s, want := range map[string]bool{
		"TK": true, "tk": true, "The budget is TK million.": true, "TKTK": true, "tktktk": true, "(TK)": true, "TK-date": true, "“TK”": true, "by TK, who": true,
		"TK.": true, "end. TK": true, "end.TK": false, "¡TK!": true,
		"TKMaxx": false, "ATK": false, "Tk": false, "tK": false, "atkins": false, "T K": false, "": false, "TKT": false, "TK2": false, "été-TK": true, "éTK": false, "TḰ": false,
		"https://example.org/TK": false, "www.example.tk": false, "example.tk": false, "see example.tk/path": false, "TK_1": false,
	} {
		if got := hasTK(s); got != want {
			t.Errorf("%q is marked: %v, want %v", s, got, want)
		}
	}
}

func found(list []Check, id string) Check {
	for _, c := range list {
		if c.ID == id {
			return c
		}
	}
	return Check{}
}

func TestChecksSayWhatAndWhere(t *testing.T) {
	now := time.Date(2026, 11, 24, 7, 0, 0, 0, time.UTC)
	body := doc.New(doc.P("It costs **T**K dollars."), doc.PictureOf(1, "", "", ""), doc.PictureOf(2, "", "", ""),
		doc.Gallery("", doc.PictureOf(3, "", "", "")), doc.P("[Read](https://dead.example/)."), doc.Table("", false, []string{"a", "tk"}))
	text := Text{Headline: strings.Repeat("long ", 23), Kicker: "TK", Sections: []int64{1}, Body: body, Sources: []Source{{URL: "https://gone.example/"}}}
	facts := Facts{Now: now, Media: map[int64]Medium{1: {Picture: true}, 2: {Picture: true, Alt: "A boat", Until: now}, 3: {Picture: true}},
		Links: map[string]string{"https://dead.example/": "404", "https://gone.example/": "no answer"}}
	list := Checks(text, facts)
	ids := body.Blocks
	for _, want := range []Check{
		{"tk", Stops, "3 places are still marked TK.", []string{"kicker", ids[0].ID, ids[5].ID}},
		{"rights", Stops, "The rights to a picture ended on 24 November 2026.", []string{ids[2].ID}},
		{"alt", Warns, "2 pictures have no alternative text: who cannot see them is told nothing.", []string{ids[1].ID, ids[3].ID}},
		{"links", Warns, "A link does not answer: https://dead.example/: 404 · https://gone.example/: no answer", []string{ids[4].ID, "sources"}},
		{"headline", Warns, "The headline has 115 characters; elsewhere it is cut after 110.", []string{"headline"}},
		{"byline", Warns, "No byline: nobody is named as the writer.", []string{"bylines"}},
		{"summary", Warns, "", []string{"summary"}},
		{"picture", Warns, "", []string{"lead"}},
	} {
		got := found(list, want.ID)
		if got.Level != want.Level || want.Says != "" && got.Says != want.Says || strings.Join(got.Where, " ") != strings.Join(want.Where, " ") {
			t.Errorf("%s: %+v, want %+v", want.ID, got, want)
		}
	}
	if list[0].Level != Stops || list[len(list)-1].Level == Stops {
		t.Errorf("what stops does not come first: %+v", list)
	}
	stops, warns := Stopped(list)
	if len(stops) != 2 || len(warns) != 6 {
		t.Errorf("%d stop and %d warn", len(stops), len(warns))
	}
}

func TestPaperSaysWhatStops(t *testing.T) {
	text := Text{Headline: "TK", Sections: []int64{1}, Body: doc.New(doc.P("x"))}
	list := Checks(text, Facts{Levels: map[string]string{"tk": "warn", "summary": "block", "byline": "off"}})
	if found(list, "tk").Level != Warns || found(list, "summary").Level != Stops || found(list, "byline").ID != "" {
		t.Errorf("%+v", list)
	}
	if list := Checks(Text{}, Facts{Levels: map[string]string{"tk": "off"}}); found(list, "needs-headline").Level != Stops || found(list, "needs-body").Level != Stops || found(list, "needs-sections").Level != Stops {
		t.Errorf("without headline, text and section: %+v", list)
	}
}
