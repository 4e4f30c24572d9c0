package site

import (
	"net/http"
	"strconv"

	"lede/comment"
	"lede/internal/fault"
)

// placeOf is where a comment is to be seen: its place in the thread, else its own page, which only its writer gets.
func (s *Site) placeOf(r *http.Request, c comment.Comment) (string, error) {
	if c.State != comment.Shown {
		return commentPath(c.ID), nil
	}
	on, err := s.Articles.Card(r.Context(), c.Article, s.Clock())
	if err != nil {
		return "", err
	}
	anchor := "#comment-" + strconv.FormatInt(c.ID, 10)
	rules, err := s.Comments.Known(r.Context())
	if err != nil || c.Parent == 0 && rules.Order == comment.Newest && s.Clock().Equal(c.At) {
		return on.Path + anchor, err
	}
	page, err := s.Comments.Page(r.Context(), c, rules.Order)
	if err != nil || page == 1 {
		return on.Path + anchor, err
	}
	return on.Path + "/comments?page=" + strconv.Itoa(page) + anchor, nil
}

func commentPath(id int64) string { return "/comment/" + strconv.FormatInt(id, 10) }

// permalink leads to where a comment stands, and shows its writer what nobody else sees.
func (s *Site) permalink(w http.ResponseWriter, r *http.Request) error {
	id := number(r.PathValue("id"))
	c, err := s.Comments.Shown(r.Context(), id)
	if err != nil {
		return fault.NotFound
	}
	to, err := s.placeOf(r, c)
	if err != nil {
		return err
	}
	return seeOther(w, r, to)
}
