/* SPDX-License-Identifier: BSD-2-Clause */
#include "hyp/report.h"

#include "hyp/console.h"
#include "hyp/format.h"
#include "hyp/options.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "regs/gicv3.h"
#include "tests/hyp/test.h"

#include <string.h>

struct options options;
struct vm vm;

static struct vcpu vcpu;
static char text[4096];
static struct format_buffer said = { text, sizeof(text), 0 };

static void put(void *ctx, char c)
{
	(void)ctx;
	format_add(&said, "%c", c);
}

void console_msg(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	format_to(put, NULL, format, args);
	va_end(args);
	put(NULL, '\n');
}

uint32_t vm_ppi(uint32_t ppi)
{
	return ppi;
}

uint32_t vm_spi(uint32_t spi)
{
	return GIC_SPI_BASE + spi;
}

/* PPI 27 and the first SPI have something. */
int vgic_get_irq_info(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		      struct vgic_irq_info *info)
{
	(void)gic;
	(void)vcpu_index;
	*info = (struct vgic_irq_info){ .pending = intid == PPI_CNTV,
					.active = intid == GIC_SPI_BASE,
					.enabled = intid == PPI_CNTV,
					.priority = 0xa0,
					.place = "lr" };
	return VGIC_OK;
}

static void report(enum vcpu_state state)
{
	vm = (struct vm){ .nr_vcpus = 1, .vcpus = &vcpu };
	vcpu = (struct vcpu){ .pc = 0x40080000 };
	atomic_store(&vcpu.sched.state, state);
	said.used = 0;
	report_timeout(&vm);
}

/* A CPU that does not stop may be in the middle of any change. */
static void every_state_has_a_name(void **state)
{
	static const char *const names[NR_VCPU_STATES] = {
		[VCPU_OFF] = "vCPU 0: off\n",
		[VCPU_VISITED] = "vCPU 0: off\n",
		[VCPU_STARTING] = "vCPU 0: starting, PC 0000000040080000 ",
		[VCPU_RUNNABLE] = "vCPU 0: ready to run, PC ",
		[VCPU_RUNNING] = "vCPU 0: running, PC ",
		[VCPU_BLOCKED] = "vCPU 0: waiting in WFI, PC ",
	};

	(void)state;
	for (unsigned int i = 0; i < NR_VCPU_STATES; i++) {
		report((enum vcpu_state)i);
		assert_non_null(strstr(text, names[i]));
	}
}

static void interrupts(void **state)
{
	(void)state;
	report(VCPU_BLOCKED);
	assert_non_null(strstr(text, "\n  INTID 27: pending, priority a0, "
				     "for vCPU 0, in: lr\n"));
	assert_non_null(strstr(text, "\n  INTID 32: active disabled, "));
	assert_null(strstr(text, "INTID 28"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_has_a_name),
		cmocka_unit_test(interrupts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
