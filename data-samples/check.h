#ifndef MM_TOWN_CHECK_H
#define MM_TOWN_CHECK_H

#include <ogr_api.h>
#include <stdbool.h>

#include "expect.h"

/*
 * The independent pass: opens what was written as a stranger would, with GDAL and the words of the layer YAML
 * (CRS, encoding), knows nothing of the plan, and counts again by brute force.
 */
struct mm_check {
	const char *dir;
	struct mm_expect *found;
};

/* A file read whole; geometries are owned, in МСК-48 metres (NULL where there is none). */
struct mm_table {
	OGRFeatureH *feature;
	OGRGeometryH *geometry;
	OGREnvelope *box;
	int n, cap;
};

/* option: "KEY=VALUE" for the driver or NULL; crs: PROJ string where the file is silent, else NULL. */
struct mm_table mm_table_read(const struct mm_check *check, const char *file, const char *option,
			      bool file_is_msk);
void mm_table_free(struct mm_table *table);

/* Text of a field, "" when null; real of a field, 0 when null. */
const char *mm_table_text(const struct mm_table *table, int row, const char *field);
double mm_table_real(const struct mm_table *table, int row, const char *field);
bool mm_table_null(const struct mm_table *table, int row, const char *field);

/* check_town.c and check_plants.c */
void mm_check_town(const struct mm_check *check);
void mm_check_plants(const struct mm_check *check);

#endif
