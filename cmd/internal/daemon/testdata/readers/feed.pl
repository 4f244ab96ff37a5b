# The titles that XML::Feed sees in each of the files.
use strict;
use warnings;
use JSON::PP;
use XML::Atom;
use XML::Feed;

$XML::Atom::ForceUnicode = 1;

for my $name (@ARGV) {
    my $feed = XML::Feed->parse($name) or die "$name: " . XML::Feed->errstr;
    print encode_json([$name, [map { $_->title // '' } $feed->entries]]), "\n";
}
