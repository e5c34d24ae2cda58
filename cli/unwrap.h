/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compression that kernel files come in: gzip, which most distributions use,
 * and zstd, which is common inside EFI zboot images.
 */
#ifndef CLI_UNWRAP_H
#define CLI_UNWRAP_H

#include "image.h"

/*
 * Replace *in by what it unpacks to, in new memory.  Returns null, or what is
 * wrong, as a text; then *in stays as it was.
 */
const char *unwrap_gzip(struct bytes *in);
const char *unwrap_zstd(struct bytes *in);

#endif
