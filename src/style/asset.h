#ifndef MM_STYLE_ASSET_H
#define MM_STYLE_ASSET_H

#include <stddef.h>

/* Files built into the program: the viewer's page and modules, styles, icons. The table is made at build time
 * by viewer/embed.sh and sorted by name. */
struct mm_asset {
	const char *name; /* "viewer/index.html", "styles/munimap.json", "icons/stop.svg" */
	const char *media_type;
	const unsigned char *data;
	size_t len;
	const unsigned char *br, *gz; /* the same compressed; NULL when that would not pay */
	size_t br_len, gz_len;
};

extern const struct mm_asset mm_assets[];
extern const size_t mm_asset_count;

/* By name; NULL when there is none. */
const struct mm_asset *mm_asset_find(const char *name);

#endif
