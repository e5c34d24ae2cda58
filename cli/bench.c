/* SPDX-License-Identifier: BSD-2-Clause */
#include "run.h"
int bench_main(int argc, char **argv) { (void)argc; (void)argv; return 0; }
