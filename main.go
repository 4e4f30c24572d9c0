// Lede is a complete news site in one program. `lede serve` on an empty folder is a paper.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"lede/internal/fault"
)

// version is set by the build.
var version = "development"

// program is the command line. Every setting is a flag, an environment variable, or a line of one optional file.
type program struct {
	Config kong.ConfigFlag `help:"A file of settings in JSON, {\"data\": \"/srv/paper\"}." env:"LEDE_CONFIG" type:"existingfile"`
	place

	Serve    serveCommand    `cmd:"" help:"Serve the paper."`
	Import   importCommand   `cmd:"" help:"Bring in what stands elsewhere."`
	Export   exportCommand   `cmd:"" help:"Write out what is here, for other systems."`
	Paper    paperCommand    `cmd:"" help:"Show and set what paper it is."`
	Staff    staffCommand    `cmd:"" help:"Invite, list and let go the people who make the paper."`
	Demo     demoCommand     `cmd:"" help:"Fill an empty paper with The Narrows, to look around in."`
	Doctor   doctorCommand   `cmd:"" help:"Check settings, folder, database and clock."`
	Audit    auditCommand    `cmd:"" help:"Look at the record of what was done."`
	Backup   backupCommand   `cmd:"" help:"Write the whole paper to one file, also while it is served."`
	Restore  restoreCommand  `cmd:"" help:"Put a backup into an empty folder."`
	LeakTest leakTestCommand `cmd:"" name:"leak-test" help:"Ask every public address as a stranger, for what is not public."`
	Licences licencesCommand `cmd:"" help:"Print the licences of what Lede is made of."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

// errSetup is wrapped by what keeps Lede from starting: one line, status 2. All else that fails has status 1.
var errSetup = errors.New("not started")

func main() { os.Exit(lede()) }

// lede runs the command line and returns the exit status.
func lede() int {
	var p program
	parser := kong.Must(&p, kong.Name("lede"), kong.Description("A complete news site in one program."),
		kong.Configuration(kong.JSON), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	command, err := parser.Parse(os.Args[1:])
	if err != nil {
		return complain(setup("%v. Try lede --help", err))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // asked a second time, it ends at once
	command.BindTo(ctx, (*context.Context)(nil))
	if err := command.Run(p.place); err != nil {
		if errors.Is(err, context.Canceled) && ctx.Err() != nil {
			err = errors.New("interrupted before it was done")
		}
		return complain(err)
	}
	return 0
}

// complain says what went wrong in one line and returns the status that goes with it.
func complain(err error) int {
	fmt.Fprintln(os.Stderr, "lede: "+oneLine(err))
	if errors.Is(err, errSetup) {
		return 2
	}
	return 1
}

// oneLine is an error as a person at a terminal wants it.
func oneLine(err error) string {
	said := strings.TrimPrefix(err.Error(), errSetup.Error()+": ")
	return strings.Join(strings.Fields(said), " ")
}

// setup marks an error that keeps Lede from starting.
func setup(format string, args ...any) error {
	return fmt.Errorf("%w: %w", errSetup, fault.Invalid(format, args...))
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run() error {
	fmt.Println(version)
	return nil
}
