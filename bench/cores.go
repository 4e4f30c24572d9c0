package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// The load and the server share a machine. If they shared its cores too, a faster server would be slowed by its own readers, and
// every ratio would be drawn towards 1. So the machine is divided: one half of the cores serves, the other reads.
type cores struct {
	all, server, load []int
}

// coresVar carries the machine's cores over the moment at which this process confines itself to its half.
const coresVar = "LEDE_BENCH_CORES"

// divide confines this process to the half that reads. It starts itself anew for that, since only then do all threads of the
// runtime keep to it. On a machine of one core everything runs on that one.
func divide() (cores, error) {
	if listed := os.Getenv(coresVar); listed != "" {
		var all []int
		for _, text := range strings.Split(listed, ",") {
			n, err := strconv.Atoi(text)
			if err != nil {
				return cores{}, fmt.Errorf("%s: %w", coresVar, err)
			}
			all = append(all, n)
		}
		return halves(all), os.Unsetenv(coresVar)
	}
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return cores{}, err
	}
	var all []int
	var names []string
	for n := 0; len(all) < set.Count(); n++ {
		if set.IsSet(n) {
			all, names = append(all, n), append(names, strconv.Itoa(n))
		}
	}
	if len(all) == 1 {
		return halves(all), nil
	}
	self, err := os.Executable()
	if err != nil {
		return cores{}, err
	}
	runtime.LockOSThread()
	if err := confine(halves(all).load); err != nil {
		return cores{}, err
	}
	return cores{}, syscall.Exec(self, os.Args, append(os.Environ(), coresVar+"="+strings.Join(names, ",")))
}

func halves(all []int) cores {
	if len(all) == 1 {
		return cores{all, all, all}
	}
	return cores{all, all[:len(all)/2], all[len(all)/2:]}
}

func (c cores) String() string {
	if len(c.all) == 1 {
		return "1 core for server and load"
	}
	return fmt.Sprintf("%d cores, in the pairs %d for the server and %d for the load", len(c.all), len(c.server), len(c.load))
}

// confine keeps this thread, and what it starts, to some cores.
func confine(to []int) error {
	var set unix.CPUSet
	for _, n := range to {
		set.Set(n)
	}
	return unix.SchedSetaffinity(0, &set)
}

// start starts cmd on some cores; its GOMAXPROCS follows from them.
func (c cores) start(cmd *exec.Cmd, on []int) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := confine(on); err != nil {
		return err
	}
	err := cmd.Start()
	if back := confine(c.load); err == nil {
		err = back
	}
	return err
}
