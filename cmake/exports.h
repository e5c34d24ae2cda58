/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Included before each source of the libraries, which are compiled with
 * -fvisibility=hidden: a shared library exports what the public headers
 * declare, and nothing else.
 */
#pragma GCC visibility push(default)
#include <vgic/backend.h>
#include <vgic/describe.h>
#include <vgic/emu.h>
#include <vgic/error.h>
#include <vgic/host.h>
#include <vgic/its.h>
#include <vgic/kvm.h>
#include <vgic/snapshot.h>
#include <vgic/sysreg.h>
#include <vgic/trap.h>
#include <vgic/uaccess.h>
#include <vgic/vgic.h>
#pragma GCC visibility pop
