#ifndef MM_TOWN_OUT_H
#define MM_TOWN_OUT_H

#include <ogr_api.h>

#include "geom.h"

/* One delivered file: a table with geometry in the format and CRS its "sender" uses. */
enum mm_out_crs { MM_CRS_WGS84, MM_CRS_MSK, MM_CRS_GK7 };

/* type: t text, i integer, l 64-bit integer, r real, d date, z date-time (UTC), b boolean */
struct mm_out_field {
	const char *name;
	char type;
	int width, precision;
};

struct mm_out_spec {
	const char *file, *driver, *layer;
	enum mm_out_crs crs;
	OGRwkbGeometryType geometry;
	const struct mm_out_field *field; /* ends with a NULL name */
	const char *const *option;        /* layer creation options, NULL-ended, may be NULL */
	const char *const *dataset_option;
};

struct mm_out;

/* What main prints at the end: the files written and their features. */
struct mm_out_list {
	struct {
		char file[48];
		long features;
	} item[64];
	int n;
};

/* Registers drivers, fixes the date GDAL writes into files, switches every network access off. */
void mm_out_init(void);

/* Opens a file in folder `dir`; the file must not exist. Ends the program when GDAL refuses. */
struct mm_out *mm_out_open(const char *dir, const struct mm_out_spec *spec);
void mm_out_close(struct mm_out *out, struct mm_out_list *list);

/* A feature is begun, filled, and ended; what is not set stays null. */
void mm_out_begin(struct mm_out *out);
void mm_out_end(struct mm_out *out);
void mm_out_text(struct mm_out *out, const char *field, const char *value);
void mm_out_format(struct mm_out *out, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void mm_out_int(struct mm_out *out, const char *field, long long value);
void mm_out_real(struct mm_out *out, const char *field, double value);

/* Day (and minute) counted from T0 = 2026-06-15T09:00:00Z; a date or a date-time by the field's type. */
void mm_out_time(struct mm_out *out, const char *field, double days_from_t0);

/* Geometry in local metres; copied, snapped to centimetres, transformed. */
void mm_out_point(struct mm_out *out, struct mm_pt p);
void mm_out_line(struct mm_out *out, const struct mm_path *path);
void mm_out_ring(struct mm_out *out, const struct mm_path *ring); /* a polygon without holes */
void mm_out_rect(struct mm_out *out, const struct mm_rect *rect);

/* Any geometry: `taken` in local metres is transformed; `mm_out_raw` takes it as it is, in the file's CRS. */
void mm_out_shape(struct mm_out *out, OGRGeometryH taken);
void mm_out_raw(struct mm_out *out, OGRGeometryH taken);

/* МСК-48 zone 1, x east; the caller destroys it. */
OGRSpatialReferenceH mm_out_msk(void);

/* OGR polygon of a ring, local metres, for set operations; the caller owns it. */
OGRGeometryH mm_ogr_polygon(const struct mm_path *ring);
OGRGeometryH mm_ogr_line(const struct mm_path *path);

/* "YYYY-MM-DD" of a day from T0. */
void mm_day_text(double days_from_t0, char ret[24]);

#endif
