/* SPDX-License-Identifier: MIT */
/*
 * What a VM's variable store holds, in words. The variables of a uefi-vars store, which is JSON,
 * are read here; whatever stands in it, there is something to print.
 */
#ifndef SLIPWAY_REPORT_VARSTORE_H
#define SLIPWAY_REPORT_VARSTORE_H

struct varstore;

/* Fills variables, keys_are_enrolled, secure_boot_enable and problem from varstore->json, which is
 * in the file `path`. */
void varstore_take_json(struct varstore *varstore, const char *path);

void report_varstore(const struct varstore *varstore);

#endif
