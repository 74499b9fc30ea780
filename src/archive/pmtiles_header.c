#include "archive/pmtiles_header.h"

#include "archive/tile_number.h"

#include <string.h>

static unsigned char *put64(unsigned char *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		*p++ = (unsigned char)(v >> 8 * i);
	return p;
}

static unsigned char *put32(unsigned char *p, int32_t v)
{
	for (int i = 0; i < 4; i++)
		*p++ = (unsigned char)((uint32_t)v >> 8 * i);
	return p;
}

void mm_pmtiles_header_write(const struct mm_pmtiles_header *h, unsigned char ret[MM_PMTILES_HEADER_BYTES])
{
	const struct mm_pmtiles_section *const sections[] = {&h->root, &h->metadata, &h->leaves, &h->tiles};
	unsigned char *p = ret;

	memcpy(p, "PMTiles\3", 8);
	p += 8;
	for (size_t i = 0; i < 4; i++) {
		p = put64(p, sections[i]->offset);
		p = put64(p, sections[i]->length);
	}
	p = put64(p, h->tile_count);
	p = put64(p, h->entry_count);
	p = put64(p, h->content_count);
	*p++ = h->clustered;
	*p++ = h->packing;
	*p++ = h->tile_packing;
	*p++ = h->tile_type;
	*p++ = h->min_zoom;
	*p++ = h->max_zoom;
	p = put32(p, h->min_lon_e7);
	p = put32(p, h->min_lat_e7);
	p = put32(p, h->max_lon_e7);
	p = put32(p, h->max_lat_e7);
	*p++ = h->center_zoom;
	p = put32(p, h->center_lon_e7);
	p = put32(p, h->center_lat_e7);
	MM_CHECK(p == ret + MM_PMTILES_HEADER_BYTES);
}

static uint64_t get64(const unsigned char *p)
{
	uint64_t v = 0;

	for (int i = 8; i-- > 0;)
		v = v << 8 | p[i];
	return v;
}

static int32_t get32(const unsigned char *p)
{
	return (int32_t)((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
}

static void read_fields(const unsigned char *p, struct mm_pmtiles_header *h)
{
	*h = (struct mm_pmtiles_header){
	    .root = {get64(p + 8), get64(p + 16)},
	    .metadata = {get64(p + 24), get64(p + 32)},
	    .leaves = {get64(p + 40), get64(p + 48)},
	    .tiles = {get64(p + 56), get64(p + 64)},
	    .tile_count = get64(p + 72),
	    .entry_count = get64(p + 80),
	    .content_count = get64(p + 88),
	    .clustered = p[96] == 1,
	    .packing = p[97],
	    .tile_packing = p[98],
	    .tile_type = p[99],
	    .min_zoom = p[100],
	    .max_zoom = p[101],
	    .min_lon_e7 = get32(p + 102),
	    .min_lat_e7 = get32(p + 106),
	    .max_lon_e7 = get32(p + 110),
	    .max_lat_e7 = get32(p + 114),
	    .center_zoom = p[118],
	    .center_lon_e7 = get32(p + 119),
	    .center_lat_e7 = get32(p + 123),
	};
}

static bool is_inside(const struct mm_pmtiles_section *s, uint64_t bytes)
{
	return s->length == 0 || (s->offset <= bytes && s->length <= bytes - s->offset);
}

static bool is_lon(int32_t e7)
{
	return e7 >= -1800000000 && e7 <= 1800000000;
}

static bool is_lat(int32_t e7)
{
	return e7 >= -900000000 && e7 <= 900000000;
}

static enum mm_code check_sections(const struct mm_pmtiles_header *h, uint64_t file_bytes,
				   struct mm_err *reterr)
{
	enum { FIRST = 16384 };

	if (!is_inside(&h->root, file_bytes) || !is_inside(&h->metadata, file_bytes) ||
	    !is_inside(&h->leaves, file_bytes) || !is_inside(&h->tiles, file_bytes))
		return mm_fail(
		    reterr, MM_E_DATA, "",
		    "the archive is cut off: its header names more than the file has; copy it again");
	if (h->root.length == 0 || h->root.offset < MM_PMTILES_HEADER_BYTES ||
	    !is_inside(&h->root, file_bytes < FIRST ? file_bytes : FIRST))
		return mm_fail(reterr, MM_E_DATA, "",
			       "the archive is damaged: its root directory is not in the first 16 KiB");
	return MM_OK;
}

static enum mm_code check_fields(const struct mm_pmtiles_header *h, struct mm_err *reterr)
{
	if (h->packing != MM_PMTILES_PLAIN && h->packing != MM_PMTILES_GZIP)
		return mm_fail(
		    reterr, MM_E_DATA, "",
		    "its directories are packed in a way (%u) that is not read: convert the archive "
		    "to one with gzip",
		    h->packing);
	if (h->min_zoom > h->max_zoom || h->max_zoom > MM_TILE_NUMBER_MAX_ZOOM)
		return mm_fail(reterr, MM_E_DATA, "", "the archive is damaged: zooms from %u to %u",
			       h->min_zoom, h->max_zoom);
	if (!is_lon(h->min_lon_e7) || !is_lon(h->max_lon_e7) || !is_lon(h->center_lon_e7) ||
	    !is_lat(h->min_lat_e7) || !is_lat(h->max_lat_e7) || !is_lat(h->center_lat_e7) ||
	    h->min_lon_e7 > h->max_lon_e7 || h->min_lat_e7 > h->max_lat_e7)
		return mm_fail(reterr, MM_E_DATA, "",
			       "the archive is damaged: its bounds or its centre are not on the earth");
	return MM_OK;
}

enum mm_code mm_pmtiles_header_read(const unsigned char *bytes, size_t n, uint64_t file_bytes,
				    struct mm_pmtiles_header *ret, struct mm_err *reterr)
{
	struct mm_pmtiles_header h;
	enum mm_code rc;

	if (n == 0)
		return mm_fail(reterr, MM_E_DATA, "", "the file is empty: a PMTiles archive was expected");
	if (n < 8 || memcmp(bytes, "PMTiles", 7) != 0)
		return mm_fail(reterr, MM_E_DATA, "", "is not a PMTiles archive of version 3");
	if (bytes[7] != 3)
		return mm_fail(reterr, MM_E_DATA, "",
			       "is a PMTiles archive of version %u: convert it to version 3", bytes[7]);
	if (n < MM_PMTILES_HEADER_BYTES)
		return mm_fail(reterr, MM_E_DATA, "",
			       "the archive is cut off within its header: copy it again");
	read_fields(bytes, &h);
	rc = check_sections(&h, file_bytes, reterr);
	if (!rc)
		rc = check_fields(&h, reterr);
	if (!rc)
		*ret = h;
	return rc;
}
