package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// alarm is what a plan says of one metric alarm.
type alarm struct {
	Address           string
	Name              string  `json:"alarm_name"`
	Namespace         string  `json:"namespace"`
	Metric            string  `json:"metric_name"`
	Statistic         string  `json:"statistic"`
	Extended          string  `json:"extended_statistic"`
	Period            int     `json:"period"`
	EvaluationPeriods int     `json:"evaluation_periods"`
	DatapointsToAlarm int     `json:"datapoints_to_alarm"`
	Threshold         float64 `json:"threshold"`
	Comparison        string  `json:"comparison_operator"`
	TreatMissingData  string  `json:"treat_missing_data"`
	LowSamples        string  `json:"evaluate_low_sample_count_percentiles"`

	Dimensions map[string]string `json:"dimensions"`
	Actions    []string          `json:"alarm_actions"`
	Queries    []struct {
		Expression string `json:"expression"`
		Period     int    `json:"period"`
	} `json:"metric_query"`
}

func (a alarm) minutes() int { return a.Period / 60 }

func (a alarm) percentile() (float64, bool) {
	p, found := strings.CutPrefix(a.Extended, "p")
	value, err := strconv.ParseFloat(p, 64)
	return value, found && err == nil
}

// deployment is what the alarms of a plan watch.
type deployment struct {
	alarms []alarm
	rules  []rule
	// delays are the delivery delays of queues by name, in seconds.
	delays map[string]int
}

// rule is an EventBridge rule.
type rule struct {
	Address string
	Name    string `json:"name"`
	Pattern string `json:"event_pattern"`
}

// readPlan takes the plan of one run out of what `terraform test -json -verbose` prints.
func readPlan(r io.Reader, run string) (deployment, error) {
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 && line[0] == '{' {
			if d, found, err := planOf(line, run); err != nil || found {
				return d, err
			}
		}
		if err != nil {
			return deployment{}, fmt.Errorf("no plan of the run %q: %w", run, err)
		}
	}
}

func planOf(line []byte, run string) (deployment, bool, error) {
	var message struct {
		Type string `json:"type"`
		Run  string `json:"@testrun"`
		Plan struct {
			Changes []struct {
				Address string `json:"address"`
				Type    string `json:"type"`
				Change  struct {
					After json.RawMessage `json:"after"`
				} `json:"change"`
			} `json:"resource_changes"`
		} `json:"test_plan"`
	}
	if err := json.Unmarshal(line, &message); err != nil || message.Type != "test_plan" || message.Run != run {
		return deployment{}, false, nil //nolint:nilerr // a line of another kind
	}
	d := deployment{delays: map[string]int{}}
	for _, c := range message.Plan.Changes {
		var err error
		switch c.Type {
		case "aws_cloudwatch_metric_alarm":
			a := alarm{Address: c.Address}
			err = json.Unmarshal(c.Change.After, &a)
			d.alarms = append(d.alarms, a.resolved())
		case "aws_cloudwatch_event_rule":
			r := rule{Address: c.Address}
			err = json.Unmarshal(c.Change.After, &r)
			d.rules = append(d.rules, r)
		case "aws_sqs_queue":
			var q struct {
				Name  string `json:"name"`
				Delay int    `json:"delay_seconds"`
			}
			err = json.Unmarshal(c.Change.After, &q)
			d.delays[q.Name] = q.Delay
		}
		if err != nil {
			return deployment{}, false, fmt.Errorf("reading %s: %w", c.Address, err)
		}
	}
	return d, true, nil
}

// resolved reads an alarm on one Metrics Insights query, SELECT STATISTIC(METRIC) FROM SCHEMA("NAMESPACE", …), as one on
// that metric: the simulation is of its result.
func (a alarm) resolved() alarm {
	if len(a.Queries) != 1 {
		return a
	}
	statistic, rest, _ := strings.Cut(strings.TrimPrefix(a.Queries[0].Expression, "SELECT "), "(")
	metric, rest, _ := strings.Cut(rest, ")")
	_, rest, _ = strings.Cut(rest, `SCHEMA("`)
	namespace, _, _ := strings.Cut(rest, `"`)
	names := map[string]string{"SUM": "Sum", "AVG": "Average", "MIN": "Minimum", "MAX": "Maximum", "COUNT": "SampleCount"}
	a.Statistic, a.Metric, a.Namespace, a.Period = names[statistic], metric, namespace, a.Queries[0].Period
	return a
}
