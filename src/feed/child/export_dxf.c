#include "feed/child/export_private.h"

#include "feed/child/export_dxf_join.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cpl_conv.h>
#include <cpl_string.h>

/*
 * A drawing. GDAL keeps the handle of each entity that it writes, 80 bytes, until the file is closed: a large
 * one is written in pieces, which are joined.
 */

enum { PIECE = 20000 /* entities */ };

/* The template of drawings, with the code page of Cyrillic. False: the one of GDAL is used. */
static bool write_header(const char *path)
{
	static const char from[] = "ANSI_1252", to[] = "ANSI_1251";
	const char *source = CPLFindFile("gdal", "header.dxf");
	GByte *text = NULL;
	vsi_l_offset bytes = 0;
	char *at;
	VSILFILE *f;
	bool fine;

	if (!source || !VSIIngestFile(NULL, source, &text, &bytes, 1 << 20))
		return false;
	at = strstr((char *)text, from);
	if (at)
		memcpy(at, to, sizeof(to) - 1);
	f = VSIFOpenL(path, "wb");
	fine = f && VSIFWriteL(text, 1, (size_t)bytes, f) == (size_t)bytes;
	if (f)
		fine = VSIFCloseL(f) == 0 && fine;
	VSIFree(text);
	return fine;
}

/* The rows from w->from to w->to as a file of their own. header: NULL: that of GDAL. */
static enum mm_code write_piece(struct mm_export_writer *w, const char *header, const char *path,
				struct mm_err *reterr)
{
	const unsigned long before = w->log->failures;
	GDALDriverH driver = GDALGetDriverByName("DXF");
	char **options = header ? CSLSetNameValue(NULL, "HEADER", header) : NULL;
	OGRLayerH layer = NULL;
	enum mm_code rc;

	w->ds = driver ? GDALCreate(driver, path, 0, 0, 0, GDT_Unknown, options) : NULL;
	CSLDestroy(options);
	if (w->ds) /* not by the name of ours: one called "blocks" would hold blocks */
		layer = GDALDatasetCreateLayer(w->ds, "entities", w->srs, wkbUnknown, NULL);
	if (!layer)
		return mm_export_failed(w, "the file cannot be begun", reterr);
	rc = mm_export_rows(w, layer, -1, true, false, reterr);
	GDALClose(w->ds); /* the file is put together only now; it has no result of its own */
	w->ds = NULL;
	if (!rc && w->log->failures > before)
		rc = mm_export_failed(w, "the file cannot be completed", reterr);
	return rc;
}

/* Entities that a geometry becomes, at most: a ring is one, and one in space has another for each vertex. */
static uint32_t entities_of(const struct mm_export_writer *w, const struct mm_geom *g)
{
	const unsigned flat =
	    1u << MM_GEOM_LINE | 1u << MM_GEOM_POLYGON | 1u << MM_GEOM_MULTILINE | 1u << MM_GEOM_MULTIPOLYGON;

	return !w->has_z && flat >> g->type & 1 ? g->ring_count : g->vertex_count + 2 * g->ring_count;
}

/* The end of the rows that make a piece. */
static uint32_t end_of_piece(const struct mm_export_writer *w, uint32_t from)
{
	uint64_t entities = 0;
	uint32_t i = from;

	for (; i < w->x->count; i++) {
		struct mm_geom g;

		mm_layer_geom(w->layer, w->row[i], &g);
		entities += entities_of(w, &g);
		if (entities > PIECE && i > from)
			break;
	}
	return i;
}

static enum mm_code write_pieces(struct mm_export_writer *w, const char *header, struct mm_err *reterr)
{
	struct mm_dxf_join join = {0};
	char piece[PATH_MAX + 16];
	enum mm_code rc = MM_OK;

	(void)snprintf(piece, sizeof(piece), "%s/piece.dxf", w->job->temp);
	for (; !rc && w->from < w->x->count; w->from = w->to) {
		w->to = end_of_piece(w, w->from);
		rc = write_piece(w, header, piece, reterr);
		if (!rc)
			rc = mm_dxf_join_add(&join, piece, w->job->out, reterr);
		(void)unlink(piece);
	}
	if (!rc)
		rc = mm_dxf_join_finish(&join, &w->extent, reterr);
	mm_dxf_join_release(&join);
	return rc;
}

enum mm_code mm_export_dxf(struct mm_export_writer *w, struct mm_err *reterr)
{
	char path[PATH_MAX + 16];
	const char *header;

	CPLSetConfigOption("DXF_WRITE_HATCH", "NO"); /* outlines */
	(void)snprintf(path, sizeof(path), "%s/header.dxf", w->job->temp);
	header = write_header(path) ? path : NULL;
	if (end_of_piece(w, 0) == w->x->count)
		return write_piece(w, header, w->job->out, reterr);
	return write_pieces(w, header, reterr);
}
