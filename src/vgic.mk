# SPDX-License-Identifier: BSD-2-Clause
#
# The sources of the library, for those who vendor it.  make includes this
# file, and our own CMake reads its lists: src/CMakeLists.txt, soft/.  Paths
# are from the project's root.
#
#	VGIC := third_party/vgic
#	include $(VGIC)/src/vgic.mk
#	objects := $(VGIC_SRCS:%.c=build/%.o)
#	build/%.o: $(VGIC)/%.c
#		$(CC) $(CFLAGS) $(VGIC_CFLAGS) $(VGIC_INCLUDES:%=-I$(VGIC)/%) \
#			-c $< -o $@
#
# Your own code needs -I$(VGIC)/include alone.

# For every target.
VGIC_SRCS := \
	src/arch.c \
	src/core/addr.c \
	src/core/check.c \
	src/core/create.c \
	src/core/enter.c \
	src/core/inject.c \
	src/core/irq.c \
	src/core/queue.c \
	src/core/route.c \
	src/core/senders.c \
	src/core/side.c \
	src/core/stack.c \
	src/core/sync.c \
	src/cpuif/gich.c \
	src/cpuif/lr.c \
	src/cpuif/lr_plain.c \
	src/cpuif/prio.c \
	src/its/check.c \
	src/its/commands.c \
	src/its/create.c \
	src/its/engine.c \
	src/its/frames.c \
	src/its/lpi.c \
	src/its/pending.c \
	src/its/persist.c \
	src/its/records.c \
	src/its/tables.c \
	src/its/translate.c \
	src/mmio/dist.c \
	src/mmio/irq.c \
	src/mmio/mmio.c \
	src/mmio/sysreg.c \
	src/snapshot/check.c \
	src/snapshot/dist.c \
	src/snapshot/format.c \
	src/snapshot/irqs.c \
	src/snapshot/its.c \
	src/snapshot/kinds.c \
	src/snapshot/layout.c \
	src/snapshot/machine.c \
	src/snapshot/read.c \
	src/snapshot/restore.c \
	src/snapshot/save.c \
	src/snapshot/save_its.c \
	src/snapshot/v5.c \
	src/trap.c \
	src/uaccess/its.c \
	src/uaccess/reg.c \
	src/uaccess/sysreg.c \
	src/v2/arch.c \
	src/v2/dist.c \
	src/v2/v2.c \
	src/v3/addr.c \
	src/v3/arch.c \
	src/v3/dist.c \
	src/v3/lpis.c \
	src/v3/redist.c \
	src/v3/sgi.c \
	src/v3/sysreg.c \
	src/v3/v3.c \
	src/v5/arch.c \
	src/v5/cpu.c \
	src/v5/ids.c \
	src/v5/irs.c \
	src/v5/ist.c \
	src/v5/ppi.c \
	src/v5/state.c \
	src/v5/sweep.c \
	src/v5/uaccess.c \
	src/v5/usual.c

# For aarch64, besides: the back-ends for real registers.
VGIC_SRCS_AARCH64 := \
	src/cpuif/ich.c \
	src/cpuif/ich5.c

# CPU interfaces in software, for guests whose GIC the hardware lacks.
VGIC_SRCS_SOFT := \
	soft/gicv.c \
	soft/icv.c \
	soft/soft.c \
	soft/state.c \
	soft/v5_cpuif.c \
	soft/v5_state.c

VGIC_INCLUDES := include src .
VGIC_CFLAGS := -std=c11 -ffreestanding
# At EL2, where FP registers are the guest's and no libgcc is linked.
VGIC_CFLAGS_EL2 := -mgeneral-regs-only -mno-outline-atomics
