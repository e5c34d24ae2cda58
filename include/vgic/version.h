/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file version.h
 * Which libvgic this is.
 *
 * Versions are semantic (semver.org): what was built with 0.1.0 runs with every
 * 0.1.x.  Until 1.0 a new minor version may break that.  The symbols of its
 * shared libraries then have a version of their own, VGIC_0.2, so that a
 * program does not start with one that it was not built for.  From 1.0 on only
 * a new major version may, under another soname.
 */
#ifndef VGIC_VERSION_H
#define VGIC_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup vgic_version Versions
 * @{
 */

/** The version of these headers: a new one of these may break programs, */
#define VGIC_VERSION_MAJOR 0
/** has something new (before 1.0: may break programs), */
#define VGIC_VERSION_MINOR 1
/** or mends what is there. */
#define VGIC_VERSION_PATCH 0
/** A version as one number; each part is below 1000. */
#define VGIC_VERSION_OF(major, minor, patch) \
	((major)*1000000 + (minor)*1000 + (patch))
/** To compare: `#if VGIC_VERSION >= VGIC_VERSION_OF(0, 1, 0)`. */
#define VGIC_VERSION \
	VGIC_VERSION_OF(VGIC_VERSION_MAJOR, VGIC_VERSION_MINOR, \
			VGIC_VERSION_PATCH)
/** As text. */
#define VGIC_VERSION_STRING "0.1.0"

/**
 * The version of the library that is linked, as VGIC_VERSION_STRING is that of
 * the headers: a shared library may be a later one.
 *
 * Context: any.  Cost: constant.
 */
const char *vgic_version(void);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
