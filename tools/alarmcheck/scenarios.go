package main

import "slices"

// scenario is a series of a metric, an hour healthy, then as given. In one that is to fire, the fault begins after that
// hour; the alarm must be silent before, firing within some minutes, and silent again at the end, when there has been
// none for two hours.
type scenario struct {
	name   string
	fires  bool
	within int // minutes
	series func(w watched) []sample
}

// watched is what a series depends on besides its metric.
type watched struct {
	alarm alarm
	delay int // of the queue, seconds
}

const (
	faultAt  = 60
	faultEnd = 180
	length   = 300
)

// scenarios by metric. A metric without any fails the check: an alarm whose failing and healthy series are not known
// could be one that cannot fire.
var scenarios = map[string][]scenario{
	"AWS/ApiGateway 5XXError": {
		{"one request in twenty fails", true, 10, during(every(1, of(100, 0)), every(1, slices.Concat(of(95, 0), of(5, 1))))},
		{"one request in five minutes, and each fails", true, 15, during(every(5, of(1, 0)), every(5, of(1, 1)))},
		{"one request an hour, and each fails", true, 65, during(every(60, of(1, 0)), every(60, of(1, 1)))},
		{"one request in a thousand fails", false, 0, always(every(1, slices.Concat(of(999, 0), of(1, 1))))},
		{"no traffic", false, 0, always(nil)},
	},
	"AWS/ApiGateway Latency": {
		{"one request in ten takes twice the threshold", true, 30, func(w watched) []sample {
			slow := slices.Concat(of(90, 200), of(10, 2*w.alarm.Threshold))
			return during(every(1, of(100, 200)), every(1, slow))(w)
		}},
		{"fast", false, 0, always(every(1, of(100, 200)))},
		{"three requests a minute, now and then with a slow start", false, 0, func(w watched) []sample {
			return always(every(1, of(3, 200)), every(7, of(1, 2*w.alarm.Threshold)))(w)
		}},
	},
	"AWS/SQS ApproximateNumberOfMessagesVisible": {
		{"a dead letter that stays", true, 10, during(nil, every(1, of(1, 1)))},
		{"an empty queue that SQS reports", false, 0, always(every(1, of(1, 0)))},
		{"an empty queue that SQS stopped reporting", false, 0, always(nil)},
	},
	"AWS/SQS ApproximateAgeOfOldestMessage": {
		{"the consumer takes nothing", true, 45, func(w watched) []sample {
			var stuck []sample
			for m := range faultEnd - faultAt {
				stuck = append(stuck, sample{m, []float64{float64(60 * m)}})
			}
			return during(every(1, of(1, float64(w.delay))), stuck)(w)
		}},
		{"as old as the queue's delay and a batch make it", false, 0, func(w watched) []sample {
			return always(every(1, of(1, float64(w.delay+30))))(w)
		}},
		{"a slow minute now and then", false, 0, func(w watched) []sample {
			return always(every(1, of(1, float64(w.delay))), every(30, of(1, 2*w.alarm.Threshold)))(w)
		}},
		{"nothing to take", false, 0, always(nil)},
	},
	"AWS/Lambda Errors":                         oneIsEnough,
	"AWS/Lambda Throttles":                      oneIsEnough,
	"Sealpost Failures":                         oneIsEnough,
	"AWS/Events FailedInvocations":              oneIsEnough,
	"AWS/Events InvocationsFailedToBeSentToDlq": oneIsEnough,
}

// oneIsEnough is for what is lost when it fails, and may be called once in an hour.
var oneIsEnough = []scenario{
	{"one failure", true, 10, during(nil, []sample{{0, []float64{1}}})},
	{"each call fails, one in twenty minutes", true, 10, during(every(20, of(1, 0)), every(20, of(1, 1)))},
	{"calls that do not fail", false, 0, always(every(20, of(1, 0)))},
	{"no calls, and no datapoints", false, 0, always(nil)},
}

// of is a value so many times.
func of(n int, value float64) []float64 { return slices.Repeat([]float64{value}, n) }

// every reports the values each so many minutes.
func every(minutes int, values []float64) []sample {
	var out []sample
	for m := 0; m < length; m += minutes {
		out = append(out, sample{m, values})
	}
	return out
}

func always(parts ...[]sample) func(watched) []sample {
	return func(watched) []sample { return slices.Concat(parts...) }
}

// during is healthy but for the time of the fault, at whose beginning the faulty series begins.
func during(healthy, faulty []sample) func(watched) []sample {
	return func(watched) []sample {
		var out []sample
		for _, s := range healthy {
			if s.minute < faultAt || s.minute >= faultEnd {
				out = append(out, s)
			}
		}
		for _, s := range faulty {
			if s.minute < faultEnd-faultAt {
				out = append(out, sample{s.minute + faultAt, s.values})
			}
		}
		return out
	}
}
