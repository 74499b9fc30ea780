#include "base/buf.h"
#include "base/text.h"
#include "query/fes.h"
#include "query/filter_bind.h"
#include "query/gml_geometry.h"

#include <stdint.h>
#include <string.h>

/* XML from strangers: as a document, as a filter that is then bound to a layer and written, and as a
 * geometry. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum mm_code find_crs(void *of, const char *srs_name, struct mm_arena *mem, struct mm_filter_crs *ret,
			     struct mm_err *reterr)
{
	(void)of;
	(void)mem;
	if (!mm_text_ends(srs_name, "4326"))
		return mm_fail(reterr, MM_E_INVALID, "srsName", "not known");
	*ret = (struct mm_filter_crs){.definition = "EPSG:4326", .is_north_first = true};
	return MM_OK;
}

/* What the tree promises: text is UTF-8, and the way up is the way down. */
static void check_tree(const struct mm_xml *e)
{
	MM_CHECK(*e->name && strlen(e->text) == e->text_len);
	MM_CHECK(mm_text_utf8_valid(e->text, e->text_len) == e->text_len);
	for (size_t i = 0; i < e->attribute_count; i++) {
		const char *value = e->attribute[i].value;

		MM_CHECK(mm_text_utf8_valid(value, strlen(value)) == strlen(value));
	}
	for (const struct mm_xml *c = e->child; c; c = c->next) {
		MM_CHECK(c->parent == e);
		check_tree(c);
	}
}

static void check_geometry(const struct mm_xml *e, struct mm_arena *mem)
{
	uint64_t rings = 0, vertices = 0;
	struct mm_err err = {0};
	struct mm_gml gml;

	if (mm_gml_parse(e, 1000, mem, &gml, &err)) {
		MM_CHECK(*err.msg);
		return;
	}
	MM_CHECK(gml.geom.vertex_count && gml.geom.vertex_count <= 1000);
	for (uint32_t i = 0; i < gml.geom.part_count; i++)
		rings += mm_part_rings(gml.geom.part[i]);
	for (uint32_t i = 0; i < gml.geom.ring_count; i++)
		vertices += gml.geom.ring[i];
	MM_CHECK(rings == gml.geom.ring_count && vertices == gml.geom.vertex_count);
}

static void check_filter(const struct mm_xml *root, struct mm_arena *mem)
{
	static const struct mm_field field[] = {
	    {.name = "a", .type = MM_TYPE_TEXT}, {.name = "n", .type = MM_TYPE_INT},
	    {.name = "r", .type = MM_TYPE_REAL}, {.name = "b", .type = MM_TYPE_BOOL},
	    {.name = "d", .type = MM_TYPE_DATE}, {.name = "t", .type = MM_TYPE_DATETIME},
	};
	static const struct mm_schema schema = {.id = "s", .field = field, .field_count = 6};
	const struct mm_fes how = {.layer = "s", .find_crs = find_crs};
	struct mm_filter *f = NULL;
	struct mm_err err = {0};
	struct mm_buf b;

	if (mm_fes_parse_element(root, &how, mem, &f, &err)) {
		MM_CHECK(*err.msg && !f);
		return;
	}
	for (int i = 0; i < 2; i++) {
		mm_buf_init(&b, 64 << 20);
		mm_filter_put_text(f, &b);
		MM_CHECK(!b.failed && b.len);
		mm_buf_release(&b);
		if (mm_filter_bind(f, NULL, &schema, mem, &err)) {
			MM_CHECK(*err.msg);
			return;
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MM_ARENA_SCOPE(mem, 64 << 20);
	const struct mm_xml *root = NULL;
	struct mm_err err = {0};

	if (mm_xml_parse((const char *)data, size, &mem, &root, &err)) {
		MM_CHECK(*err.msg && !root);
		return 0;
	}
	check_tree(root);
	check_geometry(root, &mem);
	check_filter(root, &mem);
	return 0;
}
