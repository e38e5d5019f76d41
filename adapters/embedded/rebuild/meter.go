package rebuild

import (
	"time"
)

// meter counts what a pass did and tells it now and then.
type meter struct {
	f       *filler
	emit    func(Report)
	began   time.Time
	told    time.Time
	started int64 // the position where this run began

	// Of the batches that are on disk.
	position int64
	replayed int64
	skipped  int64

	batch batch // the one that is being written
	rows  int   // that it had at first
	head  int64
}

func newMeter(f *filler, emit func(Report)) meter {
	now := time.Now()
	return meter{f: f, emit: emit, began: now, told: now, started: f.position, position: f.position, head: f.upTo}
}

// begin is told of a batch that is about to be written.
func (m *meter) begin(b batch) { m.batch, m.rows = b, b.chunk.Rows() }

// wrote is told that a part of the batch is on disk.
func (m *meter) wrote(head int64) {
	m.head = head
	if time.Since(m.told) >= progressEvery {
		m.tell()
	}
}

// end is told that all of the batch is on disk.
func (m *meter) end() {
	m.position = m.batch.position
	m.replayed += int64(m.batch.replayed)
	m.skipped += int64(m.batch.skipped)
	m.rows = 0
}

// underWay is how much of the batch is on disk, from 0 to 1. A batch may take seconds,
// so as much of its events counts as done.
func (m *meter) underWay() float64 {
	if m.rows == 0 {
		return 0
	}
	return 1 - float64(m.batch.chunk.Rows())/float64(m.rows)
}

func (m *meter) tell() {
	m.told = time.Now()
	seconds := m.told.Sub(m.began).Seconds()
	share := m.underWay()
	replayed := m.replayed + int64(share*float64(m.batch.replayed))
	position := m.position + int64(share*float64(m.batch.position-m.position))
	p := &Progress{
		Projections: m.f.names, Replayed: replayed, Skipped: m.skipped, Lag: m.head - position,
		Done: position - m.f.from, Total: m.f.upTo - m.f.from, SecondsLeft: -1,
	}
	if seconds > 0 {
		p.Rate = float64(replayed) / seconds
		if walked := position - m.started; walked > 0 {
			p.SecondsLeft = float64(m.f.upTo-position) * seconds / float64(walked)
		}
	}
	m.emit(Report{Progress: p})
}
