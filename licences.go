package main

import (
	_ "embed"
	"fmt"
)

// notices are the licences of the modules in the binary, collected by `make notices` from the modules themselves.
//
//go:embed NOTICES.txt
var notices string

type licencesCommand struct{}

// Run prints the licences.
func (licencesCommand) Run() error {
	fmt.Print(notices)
	return nil
}
