#ifndef MM_FEED_CHILD_VALUE_H
#define MM_FEED_CHILD_VALUE_H

#include "base/buf.h"
#include "feed/child/columns.h"
#include "feed/child/text.h"
#include "store/layer.h"

#include <ogr_api.h>

enum mm_value_state { MM_VALUE_FINE, MM_VALUE_NULL, MM_VALUE_BAD_TEXT, MM_VALUE_BAD };

struct mm_value_reader {
	struct mm_text_reader *text;
	struct mm_buf made, converted; /* texts made here, until the next value */
};

void mm_value_reader_init(struct mm_value_reader *r, struct mm_text_reader *text);
void mm_value_reader_release(struct mm_value_reader *r);

/* Field `i` of a feature as its column says. BAD_TEXT: `ret` is there, with bytes replaced; BAD: it does not
 * fit the type, `ret` is null. Texts live until the next call or as long as the feature. */
enum mm_value_state mm_value_read(struct mm_value_reader *r, OGRFeatureH f, size_t i,
				  const struct mm_column *c, struct mm_value *ret);

#endif
