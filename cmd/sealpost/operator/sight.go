package operator

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

// On AWS letters are out of sight while somebody looks at them. That is no outcome:
// redrive goes on with them when they are back, and says so when they are not.

const (
	// outOfSight names the failure of a command for which letters did not come back.
	outOfSight = "out-of-sight"
	// somebodyElse is why letters are out of sight, and tryAgain what to do then.
	somebodyElse = "somebody else looks at them, or did a minute ago"
	tryAgain     = "the same command again in a minute, or when no other sealpost redrive runs on this deployment"
)

const (
	// lookAgain is how long a redrive lets others work before it looks again for what
	// was out of sight. Looking itself takes a second or two, and hides.
	lookAgain = 2 * time.Second
	// tellAgain is how often a person is told that the waiting goes on.
	tellAgain = 20 * time.Second
)

// all redrives what is in sight, and then what comes into sight, as long as that
// may take. Of letters named by their ids it moves all or none.
func (m *mover) all(ctx context.Context) error {
	tellAt := time.Now()
	for deadline := tellAt.Add(m.place.outOfSight()); ; {
		found, moving, err := m.round(ctx)
		if err != nil {
			return err
		}
		deadline = deadline.Add(moving)
		missing := m.flags.allParked(found)
		if len(m.flags.ID) > 0 && missing == nil {
			found.hidden = 0 // whatever is hidden, it is not what is wanted
		}
		if m.left = found; found.hidden == 0 {
			return missing
		}
		now := time.Now()
		patience := deadline.Sub(now)
		if m.flags.NoWait || patience <= 0 {
			return missing
		}
		if !now.Before(tellAt) {
			m.tellHidden(found, patience)
			tellAt = now.Add(tellAgain)
		}
		if err := pause(ctx, lookAgain); err != nil {
			return err
		}
		if err := m.look(ctx); err != nil { // of what was moved already
			return err
		}
	}
}

// round takes what is in sight, moves it, and lets go of what it did not move. It
// says how long the moving took, which is not the waiting that has a limit.
func (m *mover) round(ctx context.Context) (found listing, moving time.Duration, err error) {
	found, err = m.place.take(ctx, m.flags.Consumer, m.flags.ID)
	if err != nil {
		return listing{}, 0, err
	}
	defer func() { err = errors.Join(err, m.place.release(ctx)) }()
	if m.flags.allParked(found) != nil {
		return found, 0, nil
	}
	if m.bar == nil {
		m.bar = newBar(m.env.Stderr(), "Redriving", len(found.letters))
	} else {
		m.bar.grow(len(found.letters))
	}
	begun := time.Now()
	err = m.run(ctx, found.letters)
	return found, time.Since(begun), err
}

// tellHidden tells why nothing happens for a while.
func (m *mover) tellHidden(found listing, patience time.Duration) {
	m.env.Notice(fmt.Sprintf("About %s cannot be seen: %s. Waiting for them, %s at most; Ctrl-C stops the waiting.",
		count(found.hidden), somebodyElse, patience.Round(time.Second)))
}

// allParked makes sure that each of the ids is among the letters.
func (c *redriveCmd) allParked(found listing) error {
	var missing []string
	for _, id := range c.ID {
		if !found.has(id) {
			missing = append(missing, id)
		}
	}
	if len(missing) > 0 {
		return c.notParked(strings.Join(missing, ", "), found)
	}
	return nil
}

// notParked is the error for letters that are not there, or cannot be seen.
func (c *redriveCmd) notParked(which string, found listing) error {
	if found.hidden > 0 {
		return cli.Fail(cli.ExitUnavailable, outOfSight, "not everything that is parked can be seen",
			which+" is not in sight. Nothing was redriven."+strings.ReplaceAll(others(found), "\n", " "), tryAgain)
	}
	return cli.Fail(cli.ExitNotFound, "not-parked", "there is no such dead letter",
		which+" is not parked (any more). Nothing was redriven."+strings.ReplaceAll(others(found), "\n", " "), c.command("--list"))
}

// nothing is told in place of a listing that is empty.
func nothing(l listing, parked string) string {
	if l.hidden > 0 {
		parked = "Nothing is in sight."
	}
	return parked + others(l)
}

// others tells of letters that are not in a listing.
func others(l listing) (text string) {
	more := ""
	if len(l.letters) > 0 {
		more = " more"
	}
	if l.hidden > 0 {
		text += "\nAbout " + count(l.hidden) + more + " cannot be seen: " + somebodyElse + "."
	}
	if l.more > 0 {
		text += "\nAbout " + count(l.more) + more + " come into sight when these are gone."
	}
	return text
}
