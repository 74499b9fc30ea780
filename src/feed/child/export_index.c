#include "feed/child/export_index.h"

#include "base/file.h"
#include "geo/rtree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	NODE = 16,     /* children of a node */
	MAGIC = 8,     /* bytes, then the size of the header, the header, the index, the features */
	SLOT_NODE = 9, /* "index_node_size" among the fields of the header */
	WRITE_MOST = 1 << 30
};

uint32_t *mm_export_index_order(const struct mm_layer *l, const uint32_t *row, uint32_t count)
{
	const struct mm_rtree *tree = mm_layer_rtree(l);
	uint8_t *wanted = calloc((size_t)mm_layer_count(l) + 1, 1);
	uint32_t *order = malloc(((size_t)count + 1) * sizeof(*order)), n = 0;

	if (!wanted || !order) {
		free(wanted);
		free(order);
		return NULL;
	}
	for (uint32_t i = 0; i < count; i++)
		wanted[row[i]] = 1;
	for (uint32_t i = 0; i < tree->count; i++) {
		const uint32_t r = tree->index[i];

		if (wanted[r] && n < count)
			order[n++] = r;
		wanted[r] = 0;
	}
	for (uint32_t i = 0; i < count && n < count; i++)
		if (wanted[row[i]])
			order[n++] = row[i];
	free(wanted);
	return order;
}

bool mm_export_index_add(struct mm_export_index *x, const struct mm_box *b)
{
	if (x->count == x->room) {
		const size_t room = x->room ? x->room * 2 : 4096;
		struct mm_export_node *leaf = realloc(x->leaf, room * sizeof(*leaf));

		if (!leaf)
			return false;
		x->leaf = leaf;
		x->room = room;
	}
	x->leaf[x->count++].box = *b;
	return true;
}

void mm_export_index_release(struct mm_export_index *x)
{
	free(x->leaf);
	x->leaf = NULL;
}

/* ---- the tree ---- */

static size_t parents_of(size_t n)
{
	return (n + NODE - 1) / NODE;
}

/* Nodes of all levels above the features; one feature has a root above it, too. */
static size_t count_parents(size_t features)
{
	size_t n = features, all = 0;

	do {
		n = parents_of(n);
		all += n;
	} while (n != 1);
	return all;
}

/* Fills the levels above the leaves, up to the root, which stands first; the leaves, which stand behind them
 * in the file, are where they are: they are what takes the memory. */
static void fill_parents(struct mm_export_node *node, size_t parents_all, const struct mm_export_node *leaf,
			 size_t features)
{
	const struct mm_export_node *child = leaf;
	size_t first = parents_all, n = features;

	do {
		const size_t parents = parents_of(n), to = first - parents;

		for (size_t p = 0; p < parents; p++) {
			struct mm_export_node *at = &node[to + p];

			*at = (struct mm_export_node){mm_box_empty(), first + p * NODE};
			for (size_t k = p * NODE; k < n && k < (p + 1) * NODE; k++)
				mm_box_merge(&at->box, &child[k].box);
		}
		child = &node[to];
		first = to;
		n = parents;
	} while (n != 1);
}

/* ---- the file ---- */

struct plain {
	const unsigned char *bytes;
	size_t size, features; /* where they begin */
};

static uint32_t read_u32(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Where the header says how many children a node has, if it says that there is no index; 0: it does not. */
static size_t find_node_size(const struct plain *p)
{
	const size_t base = MAGIC + sizeof(uint32_t);
	size_t table, fields, at;
	uint16_t slots, offset, value;

	table = base + read_u32(p->bytes + base);
	if (table + sizeof(uint32_t) > p->features)
		return 0;
	fields = table - read_u32(p->bytes + table); /* a signed distance; GDAL puts it before the table */
	if (fields + 4 + 2 * (SLOT_NODE + 1) > p->features)
		return 0;
	memcpy(&slots, p->bytes + fields, sizeof(slots));
	if (slots < 4 + 2 * (SLOT_NODE + 1))
		return 0;
	memcpy(&offset, p->bytes + fields + 4 + 2 * SLOT_NODE, sizeof(offset));
	at = table + offset;
	if (!offset || at + sizeof(value) > p->features)
		return 0;
	memcpy(&value, p->bytes + at, sizeof(value));
	return value == 0 ? at : 0;
}

/* Gives each leaf its place. False: there are not as many features as boxes. */
static bool fill_leaves(const struct plain *p, struct mm_export_index *x)
{
	size_t at = p->features;

	for (size_t i = 0; i < x->count; i++) {
		if (at > p->size - sizeof(uint32_t))
			return false;
		x->leaf[i].offset = at - p->features;
		at += sizeof(uint32_t) + read_u32(p->bytes + at);
	}
	return at == p->size;
}

static enum mm_code write_file(const struct plain *p, size_t node_size_at, const struct mm_export_node *node,
			       size_t parents, const struct mm_export_index *x, const char *out,
			       struct mm_err *reterr)
{
	static const uint16_t node_size = NODE;
	int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool fine = fd >= 0 && mm_file_put(fd, p->bytes, node_size_at) &&
		    mm_file_put(fd, &node_size, sizeof(node_size)) &&
		    mm_file_put(fd, p->bytes + node_size_at + sizeof(node_size),
				p->features - node_size_at - sizeof(node_size)) &&
		    mm_file_put(fd, node, parents * sizeof(*node)) &&
		    mm_file_put(fd, x->leaf, x->count * sizeof(*x->leaf)) &&
		    mm_file_put(fd, p->bytes + p->features, p->size - p->features);

	if (fd >= 0)
		fine = close(fd) == 0 && fine;
	return fine ? MM_OK : mm_fail(reterr, MM_E_IO, "", "the file cannot be written: %s", strerror(errno));
}

static enum mm_code index_plain(struct mm_export_index *x, struct plain *p, const char *out,
				struct mm_err *reterr)
{
	const size_t base = MAGIC + sizeof(uint32_t), parents = count_parents(x->count);
	struct mm_export_node *node;
	size_t at;
	enum mm_code rc;

	p->features = base + read_u32(p->bytes + MAGIC);
	if (p->size < base + sizeof(uint32_t) || p->features > p->size)
		return mm_fail(reterr, MM_E_INTERNAL, "", "GDAL has written no FlatGeobuf");
	at = find_node_size(p);
	node = malloc(parents * sizeof(*node));
	if (!node)
		return mm_fail_nomem(reterr);
	if (!at || !fill_leaves(p, x)) {
		free(node);
		return mm_fail(reterr, MM_E_INTERNAL, "", "GDAL has written a FlatGeobuf of another form");
	}
	fill_parents(node, parents, x->leaf, x->count);
	rc = write_file(p, at, node, parents, x, out, reterr);
	free(node);
	return rc;
}

enum mm_code mm_export_index_write(struct mm_export_index *x, const char *plain, const char *out,
				   struct mm_err *reterr)
{
	int fd = open(plain, O_RDONLY | O_CLOEXEC);
	struct plain p = {.bytes = MAP_FAILED};
	struct stat st;
	enum mm_code rc;

	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > MAGIC) {
		p.size = (size_t)st.st_size;
		p.bytes = mmap(NULL, p.size, PROT_READ, MAP_PRIVATE, fd, 0);
	}
	if (fd >= 0)
		(void)close(fd);
	if (p.bytes == MAP_FAILED)
		return mm_fail(reterr, MM_E_IO, "", "the file cannot be read back");
	rc = index_plain(x, &p, out, reterr);
	(void)munmap((void *)(uintptr_t)p.bytes, p.size);
	return rc;
}
