package deadletters

// Redriven has deliveries watched that no test has sent.
func (l *Letters) Redriven(c Consumer, as map[ID]ID) { l.redriven(c, as) }
