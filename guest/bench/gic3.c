/* SPDX-License-Identifier: BSD-2-Clause */
/* The part for a GICv3: a handler as short as it can be, and an IPI. */
#include "guest/bench/bench.h"
#include "guest/lib/direct.h"

void bench_handle(void)
{
	uint64_t intid = sysreg_read(ICC_IAR1);

	if (intid == PORT_TIMER_INTID) {
		port_timer_stop();
	}
	if (intid < GIC_INTID_SPURIOUS || intid >= GIC_LPI_BASE) {
		sysreg_write(ICC_EOIR1, intid);
	}
}

void bench_end_ipi(void)
{
	sysreg_write(ICC_EOIR1, BENCH_SGI);
}

/* CPU 1 is in the cluster of CPU 0: Aff3, Aff2 and RS are 0. */
void bench_send_ipi(void)
{
	uint64_t affinity = port_affinity(1);

	sysreg_write(ICC_SGI1R,
		     FIELD_PUT(ICC_SGIR_INTID, BENCH_SGI) |
			     FIELD_PUT(ICC_SGIR_Aff1, affinity >> 8) |
			     UINT64_C(1) << (affinity & 0xf));
}
