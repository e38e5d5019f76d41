package dynamodb_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// run is one schedule.
type run struct {
	*explorer
	path, widths []int
	losses       int
	adrift       []drifting
	// done counts the deliveries that were acknowledged, by their kind.
	done  map[byte]int
	steps []string
}

// drifting is a write whose sender gave up on it; it may yet take effect, or never.
type drifting struct {
	question
	early bool
}

// choice is what may happen next.
type choice struct {
	step string
	do   func(context.Context) error
}

func (r *run) do(ctx context.Context) error {
	r.now, r.done = shelf{}, map[byte]int{}
	for _, c := range r.couriers {
		if err := c.begin(ctx); err != nil {
			return err
		}
	}
	for {
		at := len(r.widths)
		if at >= len(r.path) { // further than the schedules before
			if state := r.state(); r.visited[state] {
				return nil
			} else {
				r.visited[state] = true
			}
			if err := r.judge(ctx); err != nil {
				return err
			}
			r.path = append(r.path, 0)
		}
		choices := r.choices()
		if len(choices) == 0 {
			return nil
		}
		r.widths = append(r.widths, len(choices))
		chosen := choices[r.path[at]]
		r.steps = append(r.steps, chosen.step)
		if err := chosen.do(ctx); err != nil {
			return err
		}
	}
}

// judge says what must hold at every moment: what was acknowledged shows, and a
// message that was read never turns unread again.
func (r *run) judge(ctx context.Context) error {
	got, err := r.counter.Count(ctx, reader)
	if err != nil {
		return err
	}
	switch {
	case r.done['r'] > 0 && got.Unread != 0:
		return errors.New("a message is unread whose reading was acknowledged")
	case r.done['s'] > 0 && got.Unread != 1 && !strings.Contains(r.deliveries, "r"):
		return errors.New("a message is not unread whose storing was acknowledged")
	}
	return nil
}

// end breaks off what still runs, so that the next run finds nobody at work.
func (r *run) end() error {
	var errs []error
	for _, c := range r.couriers {
		errs = append(errs, c.breakOff())
	}
	return errors.Join(errs...)
}

func (r *run) choices() []choice {
	var out []choice
	for i, c := range r.couriers {
		if c.pending == nil {
			continue
		}
		who := fmt.Sprintf("%c%d %s", c.kind, i, c.pending.question)
		out = append(out, choice{who, func(context.Context) error { return r.answer(c) }})
		if r.losses == 0 {
			continue
		}
		out = append(out, choice{who + " and the delivery breaks off", func(ctx context.Context) error {
			r.lose(c)
			return errors.Join(c.breakOff(), c.begin(ctx))
		}})
		if c.pending.question.writes() {
			out = append(out, choice{who + " is lost, and sent again", func(context.Context) error { r.lose(c); return nil }})
		}
	}
	for i, d := range r.adrift {
		out = append(out, choice{"late: " + d.String(), func(context.Context) error {
			r.adrift = slices.Delete(slices.Clone(r.adrift), i, i+1)
			_, err := r.effect(d.question)
			return err
		}})
	}
	if r.expires() {
		out = append(out, choice{"the mark expires", func(context.Context) error { delete(r.now, item); return nil }})
	}
	return out
}

func (r *run) answer(c *courier) error {
	p := c.pending
	a, err := r.effect(p.question)
	if err != nil {
		return err
	}
	c.heard += a.body + "\n"
	p.reply <- a
	if err := c.next(); err != nil {
		return err
	}
	if c.pending == nil {
		r.done[c.kind]++
	}
	return nil
}

// lose gives up on a courier's request.
func (r *run) lose(c *courier) {
	r.losses--
	if q := c.pending.question; q.writes() {
		r.adrift = append(r.adrift, drifting{q, c.early})
	}
}

func (r *run) effect(q question) (answer, error) {
	a, err := r.now.do(q)
	if q.Item["expiresAt"] != nil {
		for _, c := range r.couriers {
			c.early = c.early || c.kind == 's' && c.pending != nil && c.heard != ""
		}
		for i, d := range r.adrift {
			r.adrift[i].early = d.early || d.Item["expiresAt"] == nil
		}
	}
	return a, err
}

// expires says whether the mark may be gone: not before everything has ended that
// looked at the table before the mark was made.
func (r *run) expires() bool {
	return r.now[item]["expiresAt"] != nil &&
		!slices.ContainsFunc(r.couriers, func(c *courier) bool { return c.early }) &&
		!slices.ContainsFunc(r.adrift, func(d drifting) bool { return d.early })
}

// state tells what can still happen; equal couriers are not told apart.
func (r *run) state() string {
	parts := []string{fmt.Sprintf("%s%d %v", r.now, r.losses, r.done)}
	for _, c := range r.couriers {
		parts = append(parts, fmt.Sprintf("%c %t %t %s", c.kind, c.pending != nil, c.early, c.heard))
	}
	slices.Sort(parts[1:])
	adrift := make([]string, 0, len(r.adrift))
	for _, d := range r.adrift {
		adrift = append(adrift, fmt.Sprintf("%s %t", d.question, d.early))
	}
	slices.Sort(adrift)
	return strings.Join(append(parts, adrift...), "|")
}
