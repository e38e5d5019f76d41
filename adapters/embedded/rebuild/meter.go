package rebuild

import (
	"time"
)

// meter counts what a pass did and tells it now and then.
type meter struct {
	f        *filler
	emit     func(Report)
	began    time.Time
	started  int64 // the position where this run began
	told     time.Time
	position int64
	head     int64
	replayed int64
	skipped  int64
}

func newMeter(f *filler, emit func(Report)) meter {
	now := time.Now()
	return meter{f: f, emit: emit, began: now, told: now, started: f.position, position: f.position, head: f.upTo}
}

func (m *meter) add(b batch, head int64) {
	m.position, m.head = b.position, head
	m.replayed += int64(b.replayed)
	m.skipped += int64(b.skipped)
	if time.Since(m.told) >= progressEvery {
		m.tell()
	}
}

func (m *meter) tell() {
	m.told = time.Now()
	seconds := m.told.Sub(m.began).Seconds()
	p := &Progress{
		Projections: m.f.names, Replayed: m.replayed, Skipped: m.skipped, Lag: m.head - m.position,
		Done: m.position - m.f.from, Total: m.f.upTo - m.f.from, SecondsLeft: -1,
	}
	if seconds > 0 {
		p.Rate = float64(m.replayed) / seconds
		if walked := m.position - m.started; walked > 0 {
			p.SecondsLeft = float64(m.f.upTo-m.position) * seconds / float64(walked)
		}
	}
	m.emit(Report{Progress: p})
}
