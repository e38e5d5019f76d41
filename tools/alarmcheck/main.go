// Program alarmcheck says whether the alarms of a Terraform plan can do their work. For each metric alarm it plays failing
// and healthy series of the metric (scenarios.go) and evaluates the alarm on them as CloudWatch does (evaluate.go): on
// each failing one it must fire and end again, on each healthy one stay silent. For the rules that tell of access it matches
// examples of the calls (patterns.go).
//
//	terraform test -json -verbose -filter=tests/watching.tftest.hcl | alarmcheck -run deployed -docs docs/aws.md
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
)

func main() {
	if err := run(os.Stdin, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "alarmcheck:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer, args []string) error {
	flags := flag.NewFlagSet("alarmcheck", flag.ContinueOnError)
	name := flags.String("run", "", "the `run` of the tests whose plan is checked")
	docs := flags.String("docs", "", "the `file` whose bill says how many alarms there are")
	if err := flags.Parse(args); err != nil {
		return err
	}
	d, err := readPlan(in, *name)
	if err != nil {
		return err
	}
	if len(d.alarms) == 0 {
		return errors.New("the plan has no alarms")
	}
	problems := checkAlarms(d)
	more, err := checkRules(d.rules)
	if err != nil {
		return err
	}
	problems = append(problems, more...)
	bill, err := os.ReadFile(*docs)
	if err != nil {
		return err
	}
	if written := regexp.MustCompile(`(?m)^\| alarms \| ([0-9]+) \|`).FindSubmatch(bill); written == nil || string(written[1]) != strconv.Itoa(len(d.alarms)) {
		problems = append(problems, fmt.Sprintf("the plan has %d alarms, which %s does not say", len(d.alarms), *docs))
	}
	for _, p := range problems {
		fmt.Fprintln(os.Stderr, "alarmcheck:", p)
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d problems", len(problems))
	}
	fmt.Fprintf(out, "alarmcheck: %d alarms fire and fall silent as they should, %d rules see what they should\n", len(d.alarms), len(d.rules))
	return nil
}

// furthest is how many periods beyond EvaluationPeriods CloudWatch may look. AWS does not document the number, so an
// alarm must do its work with each of them.
const furthest = 3

func checkAlarms(d deployment) (problems []string) {
	for _, a := range d.alarms {
		metric := a.Namespace + " " + a.Metric
		known, found := scenarios[metric]
		if !found {
			problems = append(problems, fmt.Sprintf("%s: no scenario for %s", a.Address, metric))
		}
		if len(a.Actions) == 0 {
			problems = append(problems, a.Address+": tells no one")
		}
		w := watched{alarm: a, delay: d.delays[a.Dimensions["QueueName"]]}
		for _, s := range known {
			for extra := range furthest + 1 {
				if complaint := s.check(w, extra); complaint != "" {
					problems = append(problems, fmt.Sprintf("%s, when %s, looking back %d periods more: %s", a.Address, s.name, extra, complaint))
					break
				}
			}
		}
	}
	return problems
}

func (s scenario) check(w watched, extra int) string {
	firingAt := w.alarm.simulate(s.series(w), length, extra)
	switch {
	case !s.fires && len(firingAt) > 0:
		return fmt.Sprintf("it fires at minute %d", firingAt[0])
	case !s.fires:
		return ""
	case len(firingAt) == 0:
		return "it never fires"
	case firingAt[0] <= faultAt:
		return fmt.Sprintf("it fires at minute %d, before the fault", firingAt[0])
	case firingAt[0] > faultAt+s.within:
		return fmt.Sprintf("it fires after %d minutes, not %d", firingAt[0]-faultAt, s.within)
	case firingAt[len(firingAt)-1] >= length-w.alarm.minutes():
		return "it still fires two hours after the fault"
	}
	return ""
}
