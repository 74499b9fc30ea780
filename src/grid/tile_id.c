#include "grid/tile_id.h"

#include <string.h>

/* A number of at most 8 digits without leading zeros. */
static enum mm_code parse_piece(const char *text, const char *name, uint32_t *ret, struct mm_err *reterr)
{
	size_t n = strlen(text);
	uint32_t v = 0;

	for (size_t i = 0; i < n && n <= 8; i++) {
		if (text[i] < '0' || text[i] > '9')
			n = 0;
		v = v * 10 + (uint32_t)(text[i] - '0');
	}
	if (n == 0 || n > 8 || (n > 1 && text[0] == '0'))
		return mm_fail(reterr, MM_E_INVALID, name, "a tile's address is three plain numbers: z/x/y");
	*ret = v;
	return MM_OK;
}

enum mm_code mm_tile_id_parse(const char *z, const char *x, const char *y, struct mm_tile_id *ret,
			      struct mm_err *reterr)
{
	struct mm_tile_id id = {0};
	enum mm_code rc = parse_piece(z, "z", &id.z, reterr);

	if (!rc)
		rc = parse_piece(x, "x", &id.x, reterr);
	if (!rc)
		rc = parse_piece(y, "y", &id.y, reterr);
	if (rc)
		return rc;
	if (id.z > MM_TILE_MAX_ZOOM)
		return mm_fail(reterr, MM_E_NOT_FOUND, "z", "there are no tiles beyond zoom %d",
			       MM_TILE_MAX_ZOOM);
	if (id.x >= 1u << id.z || id.y >= 1u << id.z)
		return mm_fail(reterr, MM_E_NOT_FOUND, id.x >= 1u << id.z ? "x" : "y",
			       "outside the world: x and y are at most %u at zoom %u", (1u << id.z) - 1,
			       id.z);
	*ret = id;
	return MM_OK;
}

struct mm_world_box mm_tile_id_window(struct mm_tile_id id, uint32_t buffer)
{
	uint64_t size = UINT64_C(1) << (32 - id.z), grow = (size * buffer + 4095) / 4096;
	uint64_t x = id.x * size, y = id.y * size;
	uint64_t max_x = x + size + grow, max_y = y + size + grow;

	return (struct mm_world_box){
	    (uint32_t)(x > grow ? x - grow : 0),
	    (uint32_t)(y > grow ? y - grow : 0),
	    (uint32_t)(max_x > UINT32_MAX ? UINT32_MAX : max_x),
	    (uint32_t)(max_y > UINT32_MAX ? UINT32_MAX : max_y),
	};
}
