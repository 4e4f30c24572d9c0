package newsroom

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"time"

	"lede/internal/fault"
	"lede/internal/web"
	"lede/move"
	"lede/staff"
)

const (
	commentMovePath = "/newsroom/comments/move"
	commentMoveMost = 1 << 30 // bytes of an upload; what is larger goes by the command line
	commentMoveTime = 2 * time.Hour
)

func (n *Newsroom) commentMoveRoutes() []route {
	large := []web.RouteOption{web.MaxBody(commentMoveMost), web.Deadline(commentMoveTime)}
	return []route{
		{pattern: "GET " + commentMovePath, act: staff.Manage, on: staff.Comments, handle: commentMove},
		{pattern: "POST " + commentMovePath, act: staff.Manage, on: staff.Comments, handle: commentMoveIn, options: large},
		proved(route{pattern: "POST " + commentMovePath + "/export", act: staff.Manage, on: staff.Comments, handle: commentMoveOut, options: []web.RouteOption{web.Deadline(commentMoveTime)}}),
	}
}

// commentMoveView is the page on which comments come in and leave.
type commentMoveView struct {
	frame
	Tabs   []tab
	File   string // that was brought in
	Did    []string
	Nobody []move.Nowhere
	Wrong  string
}

func (v *visit) commentMoveView() commentMoveView {
	return commentMoveView{frame: v.frame("Import & export of comments", "comments"), Tabs: v.commentTabs(commentMovePath)}
}

func commentMove(v *visit) error { return v.show("commentmove", v.commentMoveView()) }

func (v *visit) talk() move.Talk {
	return move.Talk{Papers: v.Papers, Articles: v.Articles, Comments: v.Comments}
}

// commentMoveIn takes an export in as it comes, and tells what became of it.
func commentMoveIn(v *visit) error {
	page := v.commentMoveView()
	name, file, err := v.commentMoveFile()
	if err == nil {
		var did move.Talked
		did, err = v.talk().Bring(v.ctx(), name, "", file, v.now, func(string) {})
		if err == nil || did.Read > 0 {
			page.File, page.Did, page.Nobody = name, did.Became(), did.Strayed()
		}
	}
	status := http.StatusOK
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		status, page.Wrong = http.StatusRequestEntityTooLarge, "The file is larger than 1 GB. Bring it in on the server with lede import comments FILE."
	case fault.IsInvalid(err):
		status, page.Wrong = http.StatusUnprocessableEntity, err.Error()
	case errors.Is(err, io.ErrUnexpectedEOF):
		status, page.Wrong = http.StatusUnprocessableEntity, "The file broke off on its way. Send it again: what came in already is not added twice."
	case err != nil:
		return err
	}
	return v.showAs(status, "commentmove", page)
}

// commentMoveFile is the file that is sent.
func (v *visit) commentMoveFile() (string, io.Reader, error) {
	form, err := v.r.MultipartReader()
	if err != nil {
		return "", nil, fault.Invalid("No file came. Choose the export and send it again.")
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return "", nil, fault.Invalid("No file came. Choose the export and send it again.")
		}
		if err != nil {
			return "", nil, err
		}
		if name := part.FileName(); name != "" {
			return path.Base(name), part, nil
		}
	}
}

// commentMoveOut hands all comments out as a file.
func commentMoveOut(v *visit) error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	format := sent.Get("format")
	kind := map[string]string{move.WXR: "application/xml", move.JSON: "application/json", move.CSV: "text/csv; charset=utf-8"}[format]
	if kind == "" {
		return fault.Invalid("Comments leave as WXR, JSON or CSV.")
	}
	end := map[string]string{move.WXR: "wxr.xml"}[format]
	if end == "" {
		end = format
	}
	w := &attached{w: v.w, kind: kind, name: fmt.Sprintf("comments-%s.%s", v.now.Format(time.DateOnly), end)}
	return v.talk().Hand(v.ctx(), format, w, v.now)
}

// attached is an answer that is a file; until something is written it can still be another.
type attached struct {
	w          http.ResponseWriter
	kind, name string
	begun      bool
}

func (a *attached) Write(b []byte) (int, error) {
	if !a.begun {
		a.begun = true
		a.w.Header().Set("Content-Type", a.kind)
		a.w.Header().Set("Content-Disposition", `attachment; filename="`+a.name+`"`)
		a.w.Header().Set("Cache-Control", "no-store")
	}
	return a.w.Write(b)
}
