# SPDX-License-Identifier: MIT
# nix-build examples/packaging/nix, in a clone of the repository. In NixOS's tests and modules:
#   pkgs.callPackage ./examples/packaging/nix { }
# Firmware: slipway reads the descriptors beside QEMU, <store>/share/qemu/firmware, by itself.
{ pkgs ? import <nixpkgs> { }
, lib ? pkgs.lib
, stdenv ? pkgs.stdenv
, pkg-config ? pkgs.pkg-config
, patchelf ? pkgs.patchelf
, libxml2 ? pkgs.libxml2
, json_c ? pkgs.json_c
, libseccomp ? pkgs.libseccomp
, cmocka ? pkgs.cmocka
}:

stdenv.mkDerivation {
  pname = "slipway";
  version = lib.fileContents ../../../VERSION;
  src = lib.cleanSource ../../..;

  nativeBuildInputs = [ pkg-config patchelf ];
  buildInputs = [ libxml2 json_c libseccomp ];
  checkInputs = [ cmocka ];

  # libxml2 is loaded when there is XML to read; fixup drops its folder, which nothing is linked with
  postFixup = ''
    patchelf --add-rpath ${lib.getLib libxml2}/lib $out/bin/slipway
    ln -f $out/bin/slipway $out/bin/qemu-system-x86_64-slipway
    ln -f $out/bin/slipway $out/bin/qemu-system-aarch64-slipway
  '';

  configureFlags = [ "--enable-emulator-links" "--disable-front" ]
    ++ lib.optional (!stdenv.buildPlatform.canExecute stdenv.hostPlatform) "--disable-tests";
  postPatch = "patchShebangs configure";
  enableParallelBuilding = true;

  # the others want QEMU, firmware and namespaces
  doCheck = stdenv.buildPlatform.canExecute stdenv.hostPlatform;
  checkTarget = "check-unit";

  meta = {
    description = "Run UEFI guests with QEMU from libvirt domain XML, confined";
    license = lib.licenses.mit;
    platforms = [ "x86_64-linux" "aarch64-linux" "riscv64-linux" ];
    mainProgram = "slipway";
  };
}
