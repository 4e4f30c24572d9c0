package doc

import "html/template"

// Show says how a text is to be drawn: where its pictures and files are, and in whose language the few words
// of the interface stand. The zero Show draws texts only.
type Show struct {
	Picture func(media int64) (Picture, bool)        // nil or false: the picture is left out
	File    func(media int64) (File, bool)           // nil or false: the file is left out
	Frame   func(block string) string                // where the code of a frame is served, "/frame/…"; nil or "": it is left out
	T       func(english string, args ...any) string // nil: English
	Lead    bool                                     // the first picture is loaded at once, the others when they are near
	Feed    bool                                     // for feed readers: every tag closed, addresses absolute, no buttons, no classes
	Base    string                                   // "https://paper.example", put before site-relative addresses in Feed
	Guest   bool                                     // readers wrote it: links are "nofollow ugc", each paragraph or quotation finds its own direction
	Inert   bool                                     // links are text: nobody has looked at them yet
	After   func(block int) template.HTML            // what stands behind a block of the text, by its index; nil: nothing
	Paid    bool                                     // somebody pays for it: links to elsewhere are "sponsored"
}

// Picture is what media knows of a picture. What the block says of alt, caption and credit goes before it.
type Picture struct {
	Src, Srcset          string
	Sources              []Source // what a browser may take instead, the smallest first; not for feeds
	Width, Height        int      // pixels of Src's file, after orientation; both above 0
	Focus                string   // a class like "f-3-1" of a 5x5 grid, or ""
	Alt, Caption, Credit string
}

// Source is a picture in one format: its MIME type, and its sizes as in Srcset.
type Source struct{ Type, Srcset string }

// File is what media knows of an audio or video file.
type File struct {
	URL, Type              string // address and MIME type
	Width, Height          int    // video: pixels, or 0
	Seconds                int
	Title, Caption, Credit string
}
