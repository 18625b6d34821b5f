#!/bin/sh
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

# Makes certificates for a desk of your own, with openssl.
#
#   make_certificates.sh [--folder FOLDER] [HOST...]       an authority, and a server's certificate
#   make_certificates.sh [--folder FOLDER] --client NAME   a client's certificate, from the same
#
# HOST: the names and addresses by which clients reach the server; without any, those of this
# machine. FOLDER: ~/.trader by default. There are then, each with its key (authority.key, ...):
#
#   authority.pem   what clients need to trust the server. It is kept if it is there already, and
#                   its key, which makes more certificates, can go where no server runs.
#   server.pem      what the server shows, for 825 days
#   NAME.pem        what the client NAME shows, for 825 days
set -eu
umask 077

fail() {
    echo "$*" >&2
    exit 1
}

folder=${HOME:-.}/.trader
client=
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            sed -n '5,17s/^# \{0,1\}//p' "$0"
            exit
            ;;
        --folder | --client)
            [ $# -gt 1 ] || fail "$1 needs a value"
            if [ "$1" = --folder ]; then folder=$2; else client=$2; fi
            shift 2
            ;;
        -*) fail "there is no flag $1, see --help" ;;
        *) break ;;
    esac
done
case $client in
    */* | *\\* | *'$'* | *'#'* | authority | server) fail "no client can be called '$client'" ;;
esac
command -v openssl >/dev/null || fail "openssl is needed (Debian: apt-get install openssl)"

mkdir -p "$folder"
work=$(mktemp -d "$folder/certificates.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# openssl says much on the way, of which only a failure is of interest.
quietly() {
    openssl "$@" >"$work/said" 2>&1 </dev/null || fail "openssl $1 failed: $(cat "$work/said")"
}

# keep NAME...: puts what was made into the folder; a certificate may be read by everybody.
keep() {
    for name in "$@"; do
        chmod 644 "$work/$name.pem"
        mv "$work/$name.key" "$folder/$name.key"
        mv "$work/$name.pem" "$folder/$name.pem"
        echo "$folder/$name.pem"
    done
}

make_authority() {
    if [ -e "$folder/authority.pem" ] || [ -e "$folder/authority.key" ]; then
        for name in authority.pem authority.key; do
            [ -r "$folder/$name" ] || fail "$folder/$name is missing, and the other one is there"
        done
        return
    fi
    quietly req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
        -subj "/CN=authority of a trading desk" -addext "keyUsage=critical,keyCertSign,cRLSign" \
        -keyout "$work/authority.key" -out "$work/authority.pem"
    keep authority
}

# make NAME COMMON_NAME: a certificate with what stands in the file `extensions`.
make() {
    printf '%s\n' '[req]' 'prompt=no' 'utf8=yes' 'string_mask=utf8only' \
        'distinguished_name=who' '[who]' "commonName=$2" >"$work/request.conf"
    quietly req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -config "$work/request.conf" -keyout "$work/$1.key" -out "$work/request"
    quietly x509 -req -days 825 -in "$work/request" -extfile "$work/extensions" \
        -CA "$folder/authority.pem" -CAkey "$folder/authority.key" \
        -set_serial "0x$(openssl rand -hex 16)" -out "$work/$1.pem"
    keep "$1"
}

make_authority
if [ -n "$client" ]; then
    echo "extendedKeyUsage=clientAuth" >"$work/extensions"
    make "$client" "$client"
    exit
fi
if [ $# -eq 0 ]; then
    # shellcheck disable=SC2046 # Each word is an address.
    set -- "$(uname -n)" $(hostname -I 2>/dev/null || true)
fi
names="DNS:localhost,IP:127.0.0.1,IP:::1"
for host in "$@"; do
    case $host in
        *:*) names="$names,IP:$host" ;;
        *[!0-9.]*) names="$names,DNS:$host" ;;
        *) names="$names,IP:$host" ;;
    esac
done
printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$names" >"$work/extensions"
make server "trading desk"
