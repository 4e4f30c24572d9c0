package ad

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"lede/internal/fault"
	"lede/internal/fetch"
)

// landingMost is how much of a landing page is read: enough to know that it is there.
const landingMost = 5 << 20

// Land looks whether the page is there to which an ad leads. What is not on the public net, is missing, or does not answer is a
// fault.Form for "link" that says why. A page of the paper's own, "/subscribe", is not looked at, nor is one that only says that
// it does not answer programs (401, 403, 405, 406, 429, 503), since readers may well get it.
func Land(ctx context.Context, c *fetch.Client, link string) error {
	if strings.HasPrefix(link, "/") {
		return nil
	}
	_, err := c.Get(ctx, link, landingMost)
	if says := landingWrong(err); says != "" {
		return fault.Form{"link": says}
	}
	return ctx.Err()
}

// landingWrong says for a person why a page cannot be landed on; "" if it can.
func landingWrong(err error) string {
	var status fetch.StatusError
	var name *net.DNSError
	switch {
	case err == nil, errors.Is(err, fetch.TooLarge):
		return ""
	case errors.Is(err, fetch.Refused):
		return "This address is not on the public net; readers cannot reach it (" + refusal(err) + ")."
	case errors.As(err, &status):
		switch status.Status {
		case 401, 403, 405, 406, 429, 503:
			return ""
		case 404, 410:
			return fmt.Sprintf("There is no such page: %s answers %d.", status.URL, status.Status)
		}
		return fmt.Sprintf("The page does not work: %s answers %d.", status.URL, status.Status)
	case errors.As(err, &name):
		return fmt.Sprintf("No site has the name %s.", name.Name)
	case errors.Is(err, context.DeadlineExceeded):
		return "The page does not answer within ten seconds."
	}
	return "The page does not answer. Open it in a browser and copy its address."
}

// refusal is what was refused, without the words of those it passed through.
func refusal(err error) string {
	text := err.Error()
	if at := strings.LastIndex(text, fetch.Refused.Error()+": "); at >= 0 {
		return text[at+len(fetch.Refused.Error())+2:]
	}
	return "refused"
}
