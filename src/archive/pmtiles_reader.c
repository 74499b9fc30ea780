#include "archive/pmtiles_reader.h"

#include "archive/gzip.h"
#include "archive/pmtiles_directory.h"
#include "archive/tile_number.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct directory {
	struct mm_pmtiles_entry *entry;
	size_t count;
};

struct mm_pmtiles_reader {
	char *path; /* for messages */
	int fd;
	struct stat opened;
	struct mm_pmtiles_header header;
	struct directory root;
};

struct mm_pmtiles_reader *mm_pmtiles_reader_free(struct mm_pmtiles_reader *r)
{
	if (!r)
		return NULL;
	if (r->fd >= 0)
		(void)close(r->fd);
	free(r->root.entry);
	free(r->path);
	free(r);
	return NULL;
}

/* Appends n bytes of the file. */
static enum mm_code read_at(const struct mm_pmtiles_reader *r, uint64_t offset, size_t n, struct mm_buf *out,
			    struct mm_err *reterr)
{
	unsigned char *to;

	if (n > out->max - out->len)
		return mm_fail(reterr, MM_E_LIMIT, r->path, "a piece of %zu bytes is too large", n);
	to = mm_buf_reserve(out, n ? n : 1);
	if (!to)
		return mm_fail_nomem(reterr);
	for (size_t done = 0; done < n;) {
		const ssize_t got = pread(r->fd, to + done, n - done, (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return mm_fail(reterr, MM_E_IO, r->path, "cannot be read: %s", strerror(errno));
		if (got == 0)
			return mm_fail(reterr, MM_E_DATA, r->path,
				       "the archive became shorter: copy it again");
		done += (size_t)got;
	}
	out->len += n;
	return MM_OK;
}

/* Appends a section that is packed as directories are. */
static enum mm_code read_packed(const struct mm_pmtiles_reader *r, uint64_t offset, uint64_t n,
				struct mm_buf *out, struct mm_err *reterr)
{
	struct mm_err err = {0};
	struct mm_buf packed;
	enum mm_code rc;

	if (r->header.packing == MM_PMTILES_PLAIN)
		return read_at(r, offset, n, out, reterr);
	mm_buf_init(&packed, out->max);
	rc = read_at(r, offset, n, &packed, reterr);
	if (!rc) {
		rc = mm_gunzip(packed.data, packed.len, out, &err);
		if (rc)
			(void)mm_fail(reterr, rc, r->path, "the archive is damaged: a directory %s", err.msg);
	}
	mm_buf_release(&packed);
	return rc;
}

/* Reads the directory at an offset of the file, with ids from first to end - 1. */
static enum mm_code read_directory(const struct mm_pmtiles_reader *r, uint64_t offset, uint64_t n,
				   uint64_t first, uint64_t end, struct directory *ret, struct mm_err *reterr)
{
	const struct mm_pmtiles_limits limits = {r->header.tiles.length, r->header.leaves.length, first, end};
	struct mm_err err = {0};
	struct mm_buf plain;
	enum mm_code rc;

	mm_buf_init(&plain, MM_PMTILES_DIRECTORY_MAX);
	rc = read_packed(r, offset, n, &plain, reterr);
	if (!rc) {
		rc = mm_pmtiles_directory_parse(plain.data, plain.len, &limits, &ret->entry, &ret->count,
						&err);
		if (rc)
			(void)mm_fail(reterr, rc, r->path, "%s", err.msg);
	}
	mm_buf_release(&plain);
	return rc;
}

static enum mm_code open_file(struct mm_pmtiles_reader *r, uint64_t *ret_bytes, struct mm_err *reterr)
{
	r->fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (r->fd < 0)
		return mm_fail(reterr, errno == ENOENT ? MM_E_NOT_FOUND : MM_E_IO, r->path,
			       "cannot be opened: %s", strerror(errno));
	if (fstat(r->fd, &r->opened) != 0 || !S_ISREG(r->opened.st_mode))
		return mm_fail(reterr, MM_E_IO, r->path, "is not a regular file");
	*ret_bytes = (uint64_t)r->opened.st_size;
	return MM_OK;
}

static enum mm_code read_header(struct mm_pmtiles_reader *r, uint64_t file_bytes, struct mm_err *reterr)
{
	const size_t n =
	    file_bytes < MM_PMTILES_HEADER_BYTES ? (size_t)file_bytes : (size_t)MM_PMTILES_HEADER_BYTES;
	struct mm_err err = {0};
	struct mm_buf head;
	enum mm_code rc;

	mm_buf_init(&head, MM_PMTILES_HEADER_BYTES);
	rc = read_at(r, 0, n, &head, reterr);
	if (!rc) {
		rc = mm_pmtiles_header_read(head.data, head.len, file_bytes, &r->header, &err);
		if (rc)
			(void)mm_fail(reterr, rc, r->path, "%s", err.msg);
	}
	mm_buf_release(&head);
	return rc;
}

enum mm_code mm_pmtiles_reader_new(const char *path, struct mm_pmtiles_reader **ret, struct mm_err *reterr)
{
	struct mm_pmtiles_reader *r = calloc(1, sizeof(*r));
	uint64_t file_bytes = 0;
	enum mm_code rc;

	if (!r)
		return mm_fail_nomem(reterr);
	r->fd = -1;
	r->path = strdup(path);
	rc = r->path ? open_file(r, &file_bytes, reterr) : mm_fail_nomem(reterr);
	if (!rc)
		rc = read_header(r, file_bytes, reterr);
	if (!rc)
		rc = read_directory(r, r->header.root.offset, r->header.root.length, 0,
				    mm_tile_number_first(MM_TILE_NUMBER_MAX_ZOOM + 1), &r->root, reterr);
	if (rc)
		(void)mm_pmtiles_reader_free(r);
	else
		*ret = r;
	return rc;
}

const struct mm_pmtiles_header *mm_pmtiles_reader_header(const struct mm_pmtiles_reader *r)
{
	return &r->header;
}

bool mm_pmtiles_reader_is_unchanged(const struct mm_pmtiles_reader *r)
{
	struct stat now;

	return fstat(r->fd, &now) == 0 && now.st_size == r->opened.st_size &&
	       now.st_mtim.tv_sec == r->opened.st_mtim.tv_sec &&
	       now.st_mtim.tv_nsec == r->opened.st_mtim.tv_nsec;
}

bool mm_pmtiles_reader_first(const struct mm_pmtiles_reader *r, uint64_t *ret)
{
	if (r->root.count)
		*ret = r->root.entry[0].id;
	return r->root.count > 0;
}

enum mm_code mm_pmtiles_reader_metadata(const struct mm_pmtiles_reader *r, struct mm_buf *out,
					struct mm_err *reterr)
{
	const struct mm_pmtiles_section *s = &r->header.metadata;

	return s->length ? read_packed(r, s->offset, s->length, out, reterr) : MM_OK;
}

/* Goes down from a leaf entry to the entry that holds the tile. `below` is the id that the next entry beside
 * the leaf begins with. */
static enum mm_code descend(const struct mm_pmtiles_reader *r, uint64_t number, uint64_t below,
			    struct mm_pmtiles_entry *at, struct mm_err *reterr)
{
	enum mm_code rc = MM_OK;

	for (int depth = 0; at->run == 0 && !rc; depth++) {
		const struct mm_pmtiles_entry *found;
		struct directory leaf = {0};

		if (depth == MM_PMTILES_LEAF_DEPTH_MAX)
			return mm_fail(reterr, MM_E_DATA, r->path,
				       "the archive is damaged: its leaf directories lie too deep");
		rc = read_directory(r, r->header.leaves.offset + at->offset, at->length, at->id, below, &leaf,
				    reterr);
		if (rc)
			return rc;
		found = mm_pmtiles_directory_find(leaf.entry, leaf.count, number);
		if (found) {
			*at = *found;
			below = found + 1 < leaf.entry + leaf.count ? found[1].id : below;
		} else {
			rc = mm_fail(reterr, MM_E_NOT_FOUND, r->path, "the archive has no such tile");
		}
		free(leaf.entry);
	}
	return rc;
}

enum mm_code mm_pmtiles_reader_tile(const struct mm_pmtiles_reader *r, uint64_t number, struct mm_buf *out,
				    struct mm_err *reterr)
{
	const struct mm_pmtiles_entry *found =
	    mm_pmtiles_directory_find(r->root.entry, r->root.count, number);
	struct mm_pmtiles_entry at;
	enum mm_code rc;

	if (!found)
		return mm_fail(reterr, MM_E_NOT_FOUND, r->path, "the archive has no such tile");
	at = *found;
	rc = descend(r, number,
		     found + 1 < r->root.entry + r->root.count
			 ? found[1].id
			 : mm_tile_number_first(MM_TILE_NUMBER_MAX_ZOOM + 1),
		     &at, reterr);
	return rc ? rc : read_at(r, r->header.tiles.offset + at.offset, at.length, out, reterr);
}
