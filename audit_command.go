package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"lede/press"
)

type auditCommand struct {
	Verify auditVerifyCommand `cmd:"" help:"Read the whole record and say whether all of it is as it was written."`
}

type auditVerifyCommand struct{}

// Run verifies the record.
func (auditVerifyCommand) Run(ctx context.Context, p place) error {
	return p.work(ctx, "audit-verify", nil, http.NoBody)
}

func verifyAudit(ctx context.Context, p *press.Press, _ url.Values, _ io.Reader, say func(string)) error {
	n, head, err := p.Audit.Verify(ctx)
	if err != nil {
		return err
	}
	if n == 0 {
		say("the audit log holds; nothing was recorded yet")
		return nil
	}
	say(fmt.Sprintf("the audit log holds: %d entries, the head is %s", n, head))
	return nil
}
