#include "api/wfs/wfs.h"

enum mm_code mm_wfs_transaction(struct mm_wfs *w, struct mm_err *reterr)
{
	return mm_wfs_fail(&w->ask, "OperationNotSupported", reterr, "Transaction", "no");
}
