#include "base/hash.h"
#include "store/format.h"
#include "store/layer.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The snapshot as a hostile child could write it: checksums are made right first, so that the structure checks are what
 * stands between the bytes and every getter. */

static void seal(uint8_t *file, size_t n)
{
	struct mm_format_header h;

	memcpy(&h, file, sizeof(h));
	h.file_bytes = n;
	h.checksum = mm_hash64(file + MM_FORMAT_HEADER_BYTES, n - MM_FORMAT_HEADER_BYTES, 0);
	h.header_checksum = 0;
	h.header_checksum = mm_hash64(&h, sizeof(h), 0);
	memcpy(file, &h, sizeof(h));
}

static uint64_t read_row(const struct mm_layer *l, uint32_t row)
{
	struct mm_world_geom w;
	struct mm_geom g;
	char id[64];
	uint64_t sum = mm_layer_id_format(l, row, id, sizeof(id));

	mm_layer_geom(l, row, &g);
	sum += (uint64_t)mm_geom_dimension(&g) + (g.vertex_count ? (uint64_t)(g.xy[0] > 0) : 0);
	mm_layer_geom_world(l, row, &w);
	for (uint32_t i = 0; i < w.vertex_count; i++)
		sum += w.point[i].x;
	for (size_t f = 0; f < mm_layer_schema(l)->field_count; f++) {
		struct mm_value v;

		mm_layer_value(l, row, f, &v);
		sum += v.text_len ? (uint64_t)v.text[0] : (uint64_t)v.integer;
	}
	return sum;
}

static bool count_one(void *ctx, uint32_t number)
{
	*(uint64_t *)ctx += number;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct mm_world_box all = {0, 0, UINT32_MAX, UINT32_MAX};
	struct mm_layer *l = NULL;
	uint8_t *file;
	char path[64];
	int fd;
	volatile uint64_t sum = 0;

	if (size < MM_FORMAT_HEADER_BYTES || size > 1 << 20)
		return 0;
	file = malloc(size);
	fd = memfd_create("snapshot", MFD_CLOEXEC);
	if (!file || fd < 0)
		abort();
	memcpy(file, data, size);
	seal(file, size);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, file, size) == (ssize_t)size && mm_layer_open(path, &l, NULL) == MM_OK) {
		uint64_t found = 0;

		for (uint32_t row = 0; row < mm_layer_count(l); row++)
			sum += read_row(l, row);
		mm_rtree_search(mm_layer_rtree(l), &all, count_one, &found);
		for (size_t i = 0; i < mm_layer_quality_kept(l); i++) {
			struct mm_quality q;

			mm_layer_quality(l, i, &q);
			sum += strlen(q.note);
		}
	}
	(void)mm_layer_unref(l);
	(void)close(fd);
	free(file);
	return 0;
}
