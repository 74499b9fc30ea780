#ifndef MM_STORE_STROKE_H
#define MM_STORE_STROKE_H

#include "base/err.h"
#include "store/level_build.h"

#include <stdint.h>

/*
 * Lines that go on in one another, as one: a street that is cut at each crossing, a pipe at each valve. Two
 * rows are joined where an end of one is the very place of an end of the other and they are alike; of several
 * that meet, those that go straightest on (strokes: Thomson and Richardson, "The 'good continuation'
 * principle of perceptual organization applied to the generalization of road networks", 1999). A row takes
 * part when it is one line of one part that is not closed.
 *
 * A stroke stands for its rows: the most important of them has its shape, its box and its measure, the others
 * have no place.
 */
struct mm_strokes;

/*
 * Joins the rows of a source, which must outlive the strokes.
 *
 * alike       a number for each row: equal ones may be joined
 * importance  of a stroke by its length, in units of the world; NULL: it has that of its most important row
 * ret         NULL: no two rows go on in one another
 *
 * MM_E_NOMEM
 *
 * Cost: 0.3 s for a million lines, 50 bytes each.
 */
MM_MUST_USE enum mm_code mm_strokes_new(const struct mm_level_source *s, const uint64_t *alike,
					uint16_t (*importance)(float length), struct mm_strokes **ret,
					struct mm_err *reterr);
struct mm_strokes *mm_strokes_free(struct mm_strokes *t); /* NULL allowed; returns NULL */

/* What levels are made from instead of the source, by one thread at a time: a geometry that it gives is good
 * until the next is asked for. */
const struct mm_level_source *mm_strokes_source(const struct mm_strokes *t);

#endif
