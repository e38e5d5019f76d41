package projections

import "github.com/sealpost/sealpost/adapters/embedded/sqlite"

// minRun is from how many messages on it is worth asking whether their place is vacant:
// the question costs about as much as caring for so many rows one by one.
const minRun = 4

// split puts those of a part's changes aside for which the table has nothing yet.
//
// What a change does depends on what the table has of its message, and asking that for
// each is half of what a fill costs. But the new messages of a recipient lie side by
// side, as their ids ascend, and while a table is filled there is as a rule nothing in
// between: one question answers for all of them. If there is anything, because live
// events came first, or this very part was written before a crash, each of them is cared
// for by itself, as are messages that are only read.
//
// The question, asked in the transaction that writes, is whether the recipient has any
// row, read or not, from one message id to another.
func (c *changes) split(tx *sqlite.Tx, occupied string, part []change) (vacant, others []change, err error) {
	for len(part) > 0 {
		n, isVacant := run(part), false
		if n >= minRun {
			var is bool
			err := tx.QueryRow(occupied, c.recipients[part[0].recipient], c.get(part[0].id), c.get(part[n-1].id)).Scan(&is)
			if err != nil {
				return nil, nil, err
			}
			isVacant = !is
		}
		if isVacant {
			vacant = append(vacant, part[:n]...)
		} else {
			others = append(others, part[:n]...)
		}
		part = part[n:]
	}
	return vacant, others, nil
}

// run is how many of a part's changes, from the first, store messages of one recipient; it
// is one for a change that stores nothing.
func run(part []change) (n int) {
	for _, c := range part {
		if !c.stored || c.recipient != part[0].recipient {
			break
		}
		n++
	}
	return max(n, 1)
}
