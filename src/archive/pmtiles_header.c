#include "archive/pmtiles_header.h"

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
