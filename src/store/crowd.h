#ifndef MM_STORE_CROWD_H
#define MM_STORE_CROWD_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Lines where there are too many to tell apart. A tile of a zoom at which a whole city is a few hundred
 * pixels holds tens of thousands of streets: most run into others on the screen, and the budget of the tile
 * would have to leave out the least important ones wherever they are. So where a tile has more than it can
 * show, a line goes that runs nearly all its way beside more important ones, within two pixels, or four up to
 * zoom 9. Elsewhere all stay.
 */
struct mm_crowd_line {
	const unsigned char *bytes; /* grid/stream.h */
	uint32_t count;             /* of bytes */
	uint32_t row;
};

/*
 * Which of the lines of a zoom stay. The same lines give the same answer.
 *
 * zoom        of the lines
 * importance  of rows; of equals the earlier row comes first
 * ret         one for each line
 * MM_E_NOMEM
 *
 * Cost: the points of the lines in crowded tiles twice, 8 kB for each such tile.
 */
MM_MUST_USE enum mm_code mm_crowd_thin(const struct mm_crowd_line *line, size_t count, unsigned zoom,
				       const uint16_t *importance, bool *ret, struct mm_err *reterr);

#endif
