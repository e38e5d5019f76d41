package main

import (
	"strings"
	"testing"
)

// series reads datapoints as CloudWatch's guide writes them, oldest first: 0 is within the threshold, X breaches it, - is
// missing.
func series(text string) (samples []sample, minutes int) {
	for i, c := range strings.Fields(text) {
		switch c {
		case "0":
			samples = append(samples, sample{i, []float64{0}})
		case "X":
			samples = append(samples, sample{i, []float64{1}})
		}
		minutes++
	}
	return samples, minutes
}

// The tables of "How alarm state is evaluated when data is missing" in the CloudWatch User Guide, whose range is five
// datapoints for alarms on three.
func TestEvaluationIsCloudWatchs(t *testing.T) {
	t.Parallel()
	const before = state("BEFORE")
	for _, c := range []struct {
		datapoints                               string
		needed                                   int
		missing, ignore, breaching, notBreaching state
	}{
		{"0 - X - X", 3, ok, ok, ok, ok},
		{"- - - - 0", 3, ok, before, ok, ok},
		{"- - - - -", 3, insufficient, before, firing, ok},
		{"0 X X - X", 3, firing, firing, firing, firing},
		{"0 - X - X", 2, firing, firing, firing, firing},
		{"0 0 X 0 X", 2, firing, firing, firing, firing},
		{"0 - X - -", 2, ok, before, firing, ok},
		{"- - - - 0", 2, ok, before, firing, ok},
		{"- - - X -", 2, ok, before, firing, ok},
		{"- - - - -", 2, insufficient, before, firing, ok},
	} {
		for treatment, want := range map[string]state{"missing": c.missing, "ignore": c.ignore, "breaching": c.breaching, "notBreaching": c.notBreaching} {
			a := alarm{Statistic: "Maximum", Period: 60, EvaluationPeriods: 3, DatapointsToAlarm: c.needed, Threshold: 0.5,
				Comparison: "GreaterThanThreshold", TreatMissingData: treatment}
			samples, minutes := series(c.datapoints)
			if got := a.evaluate(samples, minutes, 2, before); got != want {
				t.Errorf("%q, %d of 3, %s: got %s, want %s", c.datapoints, c.needed, treatment, got, want)
			}
		}
	}
}

// What this program is for: the alarm on a function that runs every five minutes, which wanted 2 of 5 one-minute datapoints.
func TestTwoOfFiveMinutesNeverFireOnAMetricOfEveryFive(t *testing.T) {
	t.Parallel()
	a := alarm{Address: "old", Namespace: "AWS/Lambda", Metric: "Errors", Statistic: "Sum", Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 2,
		Comparison: "GreaterThanThreshold", TreatMissingData: "notBreaching", Actions: []string{"topic"}}
	if at := a.simulate(during(nil, every(5, of(1, 1)))(watched{}), length, 0); len(at) > 0 {
		t.Errorf("it fires at %v", at)
	}
	if problems := checkAlarms(deployment{alarms: []alarm{a}}); len(problems) == 0 {
		t.Error("the check is content with it")
	}
	a.Period, a.EvaluationPeriods, a.DatapointsToAlarm = 300, 1, 0
	if problems := checkAlarms(deployment{alarms: []alarm{a}}); len(problems) > 0 {
		t.Errorf("one of one: %v", problems)
	}
}

func TestAPercentileOfFewValuesIsNotTakenForSlow(t *testing.T) {
	t.Parallel()
	a := alarm{Address: "latency", Namespace: "AWS/ApiGateway", Metric: "Latency", Extended: "p99", Period: 300, EvaluationPeriods: 3, Threshold: 3000,
		Comparison: "GreaterThanThreshold", TreatMissingData: "notBreaching", LowSamples: "evaluate", Actions: []string{"topic"}}
	if problems := checkAlarms(deployment{alarms: []alarm{a}}); len(problems) != 1 || !strings.Contains(problems[0], "slow start") {
		t.Errorf("evaluating few samples: got %v", problems)
	}
	a.LowSamples, a.Period, a.EvaluationPeriods = "ignore", 900, 1
	if problems := checkAlarms(deployment{alarms: []alarm{a}}); len(problems) > 0 {
		t.Errorf("ignoring them: %v", problems)
	}
}

func TestRulesSeeTheCallsAndNothingElse(t *testing.T) {
	t.Parallel()
	problems, err := checkRules([]rule{{Name: "sealpost-test-access-trail", Pattern: `{"source": ["aws.cloudtrail"]}`}})
	if err != nil || len(problems) < 10 {
		t.Errorf("with one rule alone: got %v, %v", problems, err)
	}
}
