# The titles that Ruby's rss sees in each of the files.
require 'json'
require 'rss'

ARGV.each do |name|
  feed = RSS::Parser.parse(File.read(name), false)
  titles = feed.items.map { |i| i.title.respond_to?(:content) ? i.title.content : i.title }
  puts JSON.generate([name, titles.map(&:to_s)])
end
