package feed

import "encoding/json"

type jsonFeed struct {
	Version     string     `json:"version"`
	Title       string     `json:"title"`
	Description string     `json:"description,omitempty"`
	Home        string     `json:"home_page_url"`
	Self        string     `json:"feed_url"`
	Icon        string     `json:"icon,omitempty"`
	Language    string     `json:"language,omitempty"`
	Items       []jsonItem `json:"items"`
}

type jsonItem struct {
	ID        string     `json:"id"`
	URL       string     `json:"url"`
	Title     string     `json:"title"`
	HTML      string     `json:"content_html"`
	Summary   string     `json:"summary,omitempty"`
	Image     string     `json:"image,omitempty"`
	Published string     `json:"date_published,omitempty"`
	Modified  string     `json:"date_modified,omitempty"`
	Authors   []jsonName `json:"authors,omitempty"`
	Tags      []string   `json:"tags,omitempty"`
	Language  string     `json:"language,omitempty"`
}

type jsonName struct {
	Name string `json:"name"`
}

// JSON is the feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/).
func JSON(f Feed) ([]byte, error) {
	out := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: f.Title, Description: f.Subtitle, Home: f.Home, Self: f.Self,
		Icon: f.Icon, Language: f.Lang, Items: []jsonItem{},
	}
	for _, i := range f.Items {
		item := jsonItem{ID: i.ID, URL: i.Link, Title: i.Title, HTML: i.whole(), Summary: i.Summary, Modified: rfc3339(i.Updated), Tags: i.Topics, Language: i.Lang}
		if i.Picture != nil {
			item.Image = i.Picture.URL
		}
		if !i.Published.IsZero() {
			item.Published = rfc3339(i.Published)
		}
		for _, name := range i.Authors {
			item.Authors = append(item.Authors, jsonName{name})
		}
		out.Items = append(out.Items, item)
	}
	return json.Marshal(out)
}
