package rebuild

// SetBatch makes batches and transactions small, so that a few events are many of them.
func (r *Rebuilder) SetBatch(events, rows int) { r.batch, r.rows = events, rows }
