#include "encode/encoder.h"
#include "encode/gml.h"

#include <stdlib.h>

/* GML 3.2 as a file: a collection of OGC API Features (17-069r4, 8.4). */

static enum mm_code open_gml(const struct mm_encode *in, void **ret, struct mm_err *reterr)
{
	struct mm_gml_writer *w = calloc(1, sizeof(*w));
	enum mm_code rc;

	if (!w)
		return mm_fail_nomem(reterr);
	rc = mm_gml_init(w, MM_GML_32, in->layer, in->crs, in->crs_uri, in->proj, reterr);
	if (rc) {
		mm_gml_release(w);
		free(w);
		return rc;
	}
	w->leaves_out = in->leaves_out;
	w->skips_geometry = in->skips_geometry;
	*ret = w;
	return MM_OK;
}

static void close_gml(void *state)
{
	mm_gml_release(state);
	free(state);
}

static void begin(void *state, struct mm_buf *out)
{
	(void)state;
	mm_buf_printf(out,
		      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sf:FeatureCollection "
		      "xmlns:sf=\"http://www.opengis.net/ogcapi-features-1/1.0/sf\" xmlns:gml=\"%s\" "
		      "xmlns:" MM_GML_PREFIX "=\"" MM_GML_OURS "\">\n",
		      mm_gml_namespace(MM_GML_32));
}

static void put(void *state, uint32_t row, struct mm_buf *out)
{
	mm_buf_text(out, "<sf:featureMember>");
	mm_gml_put(state, row, false, out);
	mm_buf_text(out, "</sf:featureMember>\n");
}

static void end(void *state, struct mm_buf *out)
{
	(void)state;
	mm_buf_text(out, "</sf:FeatureCollection>\n");
}

const struct mm_encoder mm_encoder_gml = {
    "gml",    "application/gml+xml;version=3.2", "gml", "GML", false, false, open_gml, begin, put, end,
    close_gml};
