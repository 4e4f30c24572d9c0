package mail

import "crypto/x509"

// Believe has the box believe servers with certificates of roots.
func (b *Box) Believe(roots *x509.CertPool) { b.roots = roots }
