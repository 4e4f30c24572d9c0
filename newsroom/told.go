package newsroom

import (
	"crypto/hmac"
	"encoding/hex"
	"net/url"
	"strconv"
)

// tell sends the browser on to a page that says what was done. What it says, and what Undo there would put back, is signed for this
// session, so that no link from elsewhere puts words into the newsroom's mouth.
func (v *visit) tell(path string, query url.Values, says string) error {
	if query == nil {
		query = url.Values{}
	}
	query.Set("saved", says)
	query.Set("seal", v.toldSeal(query))
	return v.seeOther(path + "?" + query.Encode())
}

// told is what the page is to say was done; "" when nothing was, or somebody else says so.
func (v *visit) told() string {
	query := v.r.URL.Query()
	if !hmac.Equal([]byte(query.Get("seal")), []byte(v.toldSeal(query))) {
		return ""
	}
	return query.Get("saved")
}

func (v *visit) toldSeal(query url.Values) string {
	return hex.EncodeToString(v.Secret.MAC("newsroom told", []byte(strconv.FormatInt(v.session.ID, 10)),
		[]byte(query.Get("saved")), []byte(query.Get("from")), []byte(query.Get("to")))[:16])
}
