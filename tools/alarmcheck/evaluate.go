package main

import (
	"cmp"
	"math"
	"slices"
)

// sample is what a service reports for one minute: the values that were measured then.
type sample struct {
	minute int
	values []float64
}

// state is an alarm's, as CloudWatch names it.
type state string

const (
	ok           state = "OK"
	firing       state = "ALARM"
	insufficient state = "INSUFFICIENT_DATA"
)

// minimumSamples is how many values a percentile needs for CloudWatch to take it for significant: 10/(1-p) from the
// median up (CloudWatch User Guide, "Percentile-based alarms and low data samples"). It concerns only alarms that ignore
// low sample counts.
func minimumSamples(percentile float64) int {
	return int(math.Round(10 / (1 - percentile/100)))
}

// datapoint aggregates the samples of one period. The second result is false when there is none, the third when there are
// too few values for the percentile and the alarm ignores those.
func (a alarm) datapoint(samples []sample, from int) (value float64, exists, significant bool) {
	var values []float64
	for _, s := range samples {
		if s.minute >= from && s.minute < from+a.minutes() {
			values = append(values, s.values...)
		}
	}
	if len(values) == 0 {
		return 0, false, true
	}
	if p, is := a.percentile(); is {
		slices.Sort(values)
		rank := min(len(values)-1, int(math.Ceil(p/100*float64(len(values))))-1)
		return values[rank], true, a.LowSamples != "ignore" || len(values) >= minimumSamples(p)
	}
	switch a.Statistic {
	case "Sum":
		return sum(values), true, true
	case "Average":
		return sum(values) / float64(len(values)), true, true
	case "Minimum":
		return slices.Min(values), true, true
	case "Maximum":
		return slices.Max(values), true, true
	default:
		return float64(len(values)), true, true // SampleCount
	}
}

// evaluate returns the alarm's state at the end of a minute, given its state before. CloudWatch looks at more periods than
// EvaluationPeriods, by a number that it does not document; extra is that number. Missing datapoints count as the
// alarm's TreatMissingData says only when the range has fewer real datapoints than EvaluationPeriods, and just as many
// as are lacking then (CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data").
func (a alarm) evaluate(samples []sample, end, extra int, before state) state {
	found, breaching := 0, 0
	for i := 0; i < a.EvaluationPeriods+extra && found < a.EvaluationPeriods; i++ {
		value, exists, significant := a.datapoint(samples, end-(i+1)*a.minutes())
		if !significant {
			return before
		}
		if !exists {
			continue
		}
		found++
		if a.breaches(value) {
			breaching++
		}
	}
	needed := cmp.Or(a.DatapointsToAlarm, a.EvaluationPeriods)
	lacking := a.EvaluationPeriods - found
	switch {
	case breaching >= needed:
		return firing
	case lacking == 0:
		return ok
	}
	switch a.TreatMissingData {
	case "breaching":
		if breaching+lacking >= needed {
			return firing
		}
		return ok
	case "notBreaching":
		return ok
	case "ignore":
		return before
	default: // "missing"
		if found == 0 {
			return insufficient
		}
		return ok
	}
}

func (a alarm) breaches(value float64) bool {
	switch a.Comparison {
	case "GreaterThanThreshold":
		return value > a.Threshold
	case "GreaterThanOrEqualToThreshold":
		return value >= a.Threshold
	case "LessThanThreshold":
		return value < a.Threshold
	default:
		return value <= a.Threshold
	}
}

// simulate returns the minutes of a series in which the alarm is firing.
func (a alarm) simulate(samples []sample, minutes, extra int) (firingAt []int) {
	// Datapoints are those of whole periods, which CloudWatch aligns to the clock when they are longer than a minute.
	current := insufficient
	for end := a.minutes(); end <= minutes; end += a.minutes() {
		current = a.evaluate(samples, end, extra, current)
		if current == firing {
			firingAt = append(firingAt, end)
		}
	}
	return firingAt
}

func sum(values []float64) (total float64) {
	for _, v := range values {
		total += v
	}
	return total
}
