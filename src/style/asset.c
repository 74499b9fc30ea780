#include "style/asset.h"

#include <stdlib.h>
#include <string.h>

static int by_name(const void *key, const void *asset)
{
	return strcmp(key, ((const struct mm_asset *)asset)->name);
}

const struct mm_asset *mm_asset_find(const char *name)
{
	return bsearch(name, mm_assets, mm_asset_count, sizeof(mm_assets[0]), by_name);
}
