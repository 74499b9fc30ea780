#include "store/build_private.h"
#include "store/freeze_private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * Exact coordinates are half of what a layer takes, and the freeze hardly looks at them again: they go into
 * the snapshot while rows still come, as its first section, and are mapped when one is asked for. Those on
 * the world square are read once more for the levels, in the order of rows: from the file too.
 */

enum { WORTH_FILING = 1 << 20 /* bytes */ };

uint64_t mm_build_vertices(const struct mm_layer_build *b)
{
	return b->filed + b->xy.len / (2 * sizeof(double));
}

enum mm_code mm_layer_build_begin_file(struct mm_layer_build *b, const char *path, struct mm_err *reterr)
{
	enum mm_code rc;

	MM_CHECK(!b->file);
	b->file = calloc(1, sizeof(*b->file));
	if (!b->file)
		return mm_fail_nomem(reterr);
	rc = mm_freeze_file_begin(b->file, path, reterr);
	if (!rc && !b->ahead_rows) /* none is on its way to the other thread */
		mm_ahead_spool_beside(b->ahead, path);
	if (rc) {
		free(b->file);
		b->file = NULL;
	}
	return rc;
}

void mm_build_file_xy(struct mm_layer_build *b, uint64_t end)
{
	const size_t n = (end - b->filed) * 2 * sizeof(double);

	if (!b->file || b->xy.failed || !n)
		return;
	mm_freeze_file_xy(b->file, b->xy.data, n);
	memmove(b->xy.data, b->xy.data + n, b->xy.len - n);
	b->xy.len -= n;
	b->filed = end;
}

enum mm_code mm_build_map_filed(struct mm_layer_build *b, struct mm_err *reterr)
{
	const size_t n = MM_FORMAT_HEADER_BYTES + b->filed * 2 * sizeof(double);
	void *map;

	mm_build_unmap_filed(b);
	mm_out_file_settle(&b->file->out, n);
	if (b->file->out.error) /* the file is shorter than that */
		return mm_freeze_file_fail(b->file, reterr);
	if (!b->filed)
		return MM_OK;
	map = mmap(NULL, n, PROT_READ, MAP_SHARED, b->file->out.fd, 0);
	if (map == MAP_FAILED)
		return mm_fail_nomem(reterr);
	b->filed_xy = (const double *)(const void *)((const char *)map + MM_FORMAT_HEADER_BYTES);
	b->mapped_bytes = n;
	return MM_OK;
}

void mm_build_let_go_filed(const struct mm_layer_build *b)
{
	if (b->filed_xy)
		(void)madvise((void *)((uintptr_t)b->filed_xy - MM_FORMAT_HEADER_BYTES), b->mapped_bytes,
			      MADV_DONTNEED);
}

void mm_build_unmap_filed(struct mm_layer_build *b)
{
	if (b->filed_xy)
		(void)munmap((void *)((uintptr_t)b->filed_xy - MM_FORMAT_HEADER_BYTES), b->mapped_bytes);
	b->filed_xy = NULL;
}

void mm_build_release_file(struct mm_layer_build *b)
{
	mm_build_unmap_filed(b);
	if (b->file)
		mm_freeze_file_drop(b->file);
	free(b->file);
	b->file = NULL;
}

void mm_frozen_file_world(struct mm_frozen *f, struct mm_layer_build *b)
{
	const struct mm_span *world = &b->file->header.section[MM_SECTION_WORLD];
	const size_t n = world->offset + world->bytes;
	void *map;

	if (b->file->header.is_points || world->bytes < WORTH_FILING)
		return;
	mm_out_file_settle(&b->file->out, n);
	if (b->file->out.error)
		return;
	map = mmap(NULL, n, PROT_READ, MAP_SHARED, b->file->out.fd, 0);
	if (map == MAP_FAILED)
		return; /* they stay where they are */
	f->map = map;
	f->map_bytes = n;
	f->filed_world = (const struct mm_world *)(const void *)((const char *)map + world->offset);
	mm_ahead_release_world(b->ahead);
	f->placed.world = f->placed.zoom = (struct mm_buf){0};
}

void mm_frozen_let_go_world(const struct mm_frozen *f)
{
	if (f->map)
		(void)madvise(f->map, f->map_bytes, MADV_DONTNEED);
}

void mm_frozen_unmap_world(struct mm_frozen *f)
{
	if (f->map)
		(void)munmap(f->map, f->map_bytes);
	f->map = NULL;
	f->filed_world = NULL;
}
