#include "analysis/quantity.h"

#include <string.h>

enum { MONEY_DECIMALS = 2 };

/* Units of which there are no parts. */
static bool is_counted(const struct mm_title *unit)
{
	static const char *const units[] = {"чел.", "чел",  "человек", "шт.", "шт",     "ед.",   "ед",
					    "мест", "коп.", "коп",     "pcs", "people", "units", "kopecks"};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(unit->ru, units[i]) == 0 || strcmp(unit->en, units[i]) == 0)
			return true;
	return false;
}

bool mm_quantity_of(const struct mm_layer *l, uint32_t row, size_t field, struct mm_amount *ret,
		    unsigned *ret_decimals)
{
	struct mm_value v;

	mm_layer_value(l, row, field, &v);
	if (v.is_null)
		return false;
	*ret = v.type == MM_TYPE_INT ? mm_amount_of_int(v.integer) : mm_amount_of_real(v.real);
	*ret_decimals = v.type == MM_TYPE_REAL && !is_counted(&mm_layer_schema(l)->field[field].unit)
			    ? MONEY_DECIMALS
			    : 0;
	return true;
}
